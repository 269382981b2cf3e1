import { createHash, randomUUID, webcrypto } from 'node:crypto';
import type { SigningKey } from '@ocx/openstack-client/signing-key';

export const encoded = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export const decoded = (part = ''): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;

export const claimsOf = (token: string): Record<string, unknown> => decoded(token.split('.')[1]);
export const headerOf = (token: string): Record<string, unknown> => decoded(token.split('.')[0]);

export const now = (): number => Math.floor(Date.now() / 1000);

/** A compact JWS with whatever header and payload, signed with ES256. */
export async function signed(header: object, payload: unknown, key: SigningKey): Promise<string> {
  const input = `${encoded(header)}.${encoded(payload)}`;
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const signature = await webcrypto.subtle.sign(algorithm, key.privateKey, Buffer.from(input));
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

export interface ProofOf {
  readonly method: string;
  readonly url: string;
  readonly token: string;
}

/** A DPoP proof (RFC 9449), wrong in whatever `header` and `payload` say. */
export function proof(
  key: SigningKey,
  { method, url, token }: ProofOf,
  header: object = {},
  payload: object = {},
): Promise<string> {
  const ath = createHash('sha256').update(token).digest('base64url');
  const claims = { htm: method, htu: url, iat: now(), jti: randomUUID(), ath, ...payload };
  return signed({ typ: 'dpop+jwt', alg: 'ES256', jwk: key.jwk, ...header }, claims, key);
}
