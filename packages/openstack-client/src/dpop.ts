import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, decodeProtectedHeader, importJWK, jwtVerify, type CryptoKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { PublicJwk } from '@ocx/openstack-api/exchange/documents';
import { DPOP_WINDOW_SECONDS } from '@ocx/openstack-api/exchange/tokens';
import type { SigningKey } from './signing-key.js';

/** The proof of possession does not hold. `reason` is for logs and tests; clients learn only that it was refused. */
export class ProofRefused extends Error {
  override name = 'ProofRefused';
}

const accessTokenHash = (token: string) => createHash('sha256').update(token).digest('base64url');

/** RFC 9449 section 4.2: a proof for one request, with `ath`. `url` carries neither query nor fragment. */
export function createProof(
  key: SigningKey,
  request: { method: string; url: string; accessToken: string },
): Promise<string> {
  return key.signAsStranger('dpop+jwt', {
    htm: request.method,
    htu: request.url,
    jti: randomUUID(),
    ath: accessTokenHash(request.accessToken),
    iat: Math.floor(Date.now() / 1000),
  });
}

/** Remembers the `jti` of every accepted proof for as long as it could be presented again. */
export class ReplayCache {
  private readonly seen: LRUCache<string, true>;

  /** @param capacity proofs remembered; when it is full of live ones, new proofs are refused rather than old ones forgotten. */
  constructor(private readonly capacity = 200_000) {
    this.seen = new LRUCache({ max: capacity, ttl: DPOP_WINDOW_SECONDS * 2 * 1000 });
  }

  /** True when `id` is new. */
  claim(id: string): boolean {
    if (this.seen.has(id)) return false;
    if (this.seen.size >= this.capacity) {
      this.seen.purgeStale();
      if (this.seen.size >= this.capacity) return false;
    }
    this.seen.set(id, true);
    return true;
  }
}

const keyCache = new LRUCache<string, { key: CryptoKey; thumbprint: string }>({ max: 256 });

async function proofKey(proof: string): Promise<{ key: CryptoKey; thumbprint: string }> {
  const header = decodeProtectedHeader(proof);
  if (header.typ !== 'dpop+jwt' || header.alg !== 'ES256') throw new ProofRefused('not a DPoP proof');
  if (header.jwk && 'd' in header.jwk) throw new ProofRefused('the proof carries a private key');
  const jwk = PublicJwk.safeParse(header.jwk);
  if (!jwk.success) throw new ProofRefused('the proof carries no usable key');
  const cacheKey = `${jwk.data.x}.${jwk.data.y}`;
  let entry = keyCache.get(cacheKey);
  if (!entry) {
    const key = await importJWK({ ...jwk.data, alg: 'ES256' }, 'ES256');
    if (key instanceof Uint8Array) throw new ProofRefused('the proof carries no public key');
    entry = { key, thumbprint: await calculateJwkThumbprint(jwk.data) };
    keyCache.set(cacheKey, entry);
  }
  return entry;
}

/**
 * RFC 9449 section 4.3. `url` is where the receiver is enrolled, plus the request's path: never taken from Host or
 * X-Forwarded-*; several while it moves. Throws {@link ProofRefused}.
 */
export async function verifyProof(
  proof: string,
  expected: { method: string; url: string | readonly string[]; accessToken: string; jkt: string; replay: ReplayCache },
): Promise<void> {
  if (proof.length > 4096) throw new ProofRefused('the proof is too long');
  const { key, thumbprint } = await proofKey(proof).catch((error: unknown) => {
    throw error instanceof ProofRefused ? error : new ProofRefused('the proof is malformed');
  });
  if (thumbprint !== expected.jkt) throw new ProofRefused('the token is bound to another key');
  const { payload } = await jwtVerify(proof, key, { algorithms: ['ES256'], typ: 'dpop+jwt' }).catch(() => {
    throw new ProofRefused('the signature does not verify');
  });
  if (payload.htm !== expected.method) throw new ProofRefused('the proof is for another method');
  if (![expected.url].flat().some((url) => url === payload.htu)) throw new ProofRefused('the proof is for another URL');
  if (payload.ath !== accessTokenHash(expected.accessToken)) throw new ProofRefused('the proof is for another token');
  const age = Date.now() / 1000 - (payload.iat ?? 0);
  if (Math.abs(age) > DPOP_WINDOW_SECONDS) throw new ProofRefused('the proof is too old or too new');
  if (typeof payload.jti !== 'string' || payload.jti.length < 8 || payload.jti.length > 128) {
    throw new ProofRefused('the proof has no usable jti');
  }
  if (!expected.replay.claim(`${thumbprint}:${payload.jti}`)) throw new ProofRefused('the proof was used before');
}
