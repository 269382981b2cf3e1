import { randomUUID } from 'node:crypto';
import { CLIENT_ASSERTION_TYPE } from '@ocx/openstack-api/exchange/tokens';
import type { SigningKey } from '@ocx/openstack-client/signing-key';
import type { EvilLandlord } from './evil-landlord.js';
import { now, proof, signed } from './forgery.js';
import type { Answer, World } from './world.js';

export interface BoundCall {
  readonly token: string;
  /** Whose proof goes with it. */
  readonly key: SigningKey;
  readonly method?: string;
  readonly url: string;
  readonly body?: string | Buffer | undefined;
  /** Of the body, JSON unless told otherwise. */
  readonly type?: string;
}

/** A token and a fresh proof for this very call, as the broker presents them to landlords. */
export async function bound(world: World, call: BoundCall): Promise<Answer> {
  const { token, key, method = 'GET', url, body, type = 'application/json' } = call;
  const dpop = await proof(key, { method, url: url.split('?')[0] ?? url, token });
  const headers = { authorization: `DPoP ${token}`, dpop };
  if (body === undefined) return world.send({ method, url, headers });
  return world.send({ method, url, headers: { ...headers, 'content-type': type }, body });
}

/** A client assertion (RFC 7523) as this party would sign it, wrong in whatever `change` says. */
export function assertion(world: World, clientId: string, key: SigningKey, change: object = {}): Promise<string> {
  const times = { iat: now(), exp: now() + 60 };
  const claims = { iss: clientId, sub: clientId, aud: world.seen.urls.identity, jti: randomUUID(), ...times };
  const header = { alg: 'ES256', kid: key.thumbprint, typ: 'client-authentication+jwt' };
  return signed(header, { ...claims, ...change }, key);
}

/** A form at one of identity's OAuth endpoints. */
export function oauth(world: World, endpoint: string, form: Record<string, string>): Promise<Answer> {
  return world.send({
    method: 'POST',
    url: `${world.seen.urls.identity}/OS-OAUTH2/${endpoint}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
}

/** The same by an enrolled landlord, who says so. */
export async function asLandlord(
  world: World,
  { id, double }: EvilLandlord,
  endpoint: string,
  form: Record<string, string>,
): Promise<Answer> {
  const client_assertion = await assertion(world, id, double.key);
  return oauth(world, endpoint, { client_assertion_type: CLIENT_ASSERTION_TYPE, client_assertion, ...form });
}
