import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, compactVerify, importJWK, type CryptoKey } from 'jose';
import type { z } from 'zod';
import type { PublicJwk } from '@ocx/openstack-api/exchange/documents';

/** The document is not what its signer should have sent; the message never repeats the document. */
export class DocumentRefused extends Error {
  override name = 'DocumentRefused';
}

const MAX_DOCUMENT_CHARACTERS = 65_536;
const keys = new WeakMap<PublicJwk, Promise<{ key: CryptoKey; thumbprint: string }>>();

function imported(jwk: PublicJwk): Promise<{ key: CryptoKey; thumbprint: string }> {
  let entry = keys.get(jwk);
  if (!entry) {
    entry = Promise.all([importJWK({ ...jwk, alg: 'ES256' }, 'ES256'), calculateJwkThumbprint(jwk)]).then(
      ([key, thumbprint]) => ({ key: key, thumbprint }),
    );
    keys.set(jwk, entry);
  }
  return entry;
}

/**
 * Verifies a signed document (compact JWS, ES256, docs/protocol.md) against the one key that may have signed it and
 * returns its payload. Only that key counts: `jwk`, `jku` and `x5u` in the header are refused.
 */
export async function verifyDocument<T extends z.ZodType>(
  schema: T,
  typ: string,
  jws: string,
  jwk: PublicJwk,
): Promise<z.infer<T>> {
  if (jws.length > MAX_DOCUMENT_CHARACTERS) throw new DocumentRefused('The document is too large.');
  const { key, thumbprint } = await imported(jwk);
  const verified = await compactVerify(jws, key, { algorithms: ['ES256'] }).catch(() => {
    throw new DocumentRefused('The signature does not verify.');
  });
  const header = verified.protectedHeader;
  if (header.typ !== typ) throw new DocumentRefused(`The document is not of type ${typ}.`);
  if (header.kid !== thumbprint) throw new DocumentRefused('The document names another key.');
  if ('jwk' in header || 'jku' in header || 'x5u' in header || 'x5c' in header || 'crit' in header) {
    throw new DocumentRefused('The header carries a key of its own.');
  }
  let payload: unknown;
  try {
    payload = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(verified.payload));
  } catch {
    throw new DocumentRefused('The payload is not JSON.');
  }
  const result = schema.safeParse(payload);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new DocumentRefused(`The payload is malformed at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  return result.data;
}

/** SHA-256 of a compact JWS, lower-case hex: how documents refer to one another. */
export function documentHash(jws: string): string {
  return createHash('sha256').update(jws).digest('hex');
}
