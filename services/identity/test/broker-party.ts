import { randomUUID } from 'node:crypto';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { SignJWT } from 'jose';
import { type Answer, ENROLMENT_CODE, type IdentityProcess } from './identity-process.js';

export interface AssertionOptions {
  readonly jti?: string;
  readonly audience?: string | string[];
  readonly seconds?: number;
}

/** A client assertion as a party of the exchange signs it, or wrong in one respect. */
export function assertionOf(
  identity: IdentityProcess,
  key: SigningKey,
  clientId: string,
  options: AssertionOptions = {},
): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: key.thumbprint, typ: 'client-authentication+jwt' })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(options.audience ?? `${identity.url}/v3`)
    .setJti(options.jti ?? randomUUID())
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + (options.seconds ?? 60))
    .sign(key.privateKey);
}

/** The broker, as identity knows it: by the key it enrolled. */
export class BrokerParty {
  private constructor(
    private readonly identity: IdentityProcess,
    readonly key: SigningKey,
  ) {}

  static async enrol(identity: IdentityProcess): Promise<BrokerParty> {
    const key = await SigningKey.generate();
    const json = { code: ENROLMENT_CODE, client_id: 'broker', jwk: key.jwk };
    const answer = await identity.call('POST', '/v3/OS-OCX/clients', { json });
    if (answer.status !== 204) throw new Error(`Enrolment: ${String(answer.status)} ${answer.text}`);
    return new BrokerParty(identity, key);
  }

  assertion(options: AssertionOptions = {}): Promise<string> {
    return assertionOf(this.identity, this.key, 'broker', options);
  }

  async call(method: string, route: string, json?: unknown): Promise<Answer> {
    return this.identity.call(method, route, {
      headers: { authorization: `Bearer ${await this.assertion()}` },
      json,
    });
  }
}
