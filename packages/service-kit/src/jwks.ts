import { createLocalJWKSet, createRemoteJWKSet, type JWTVerifyGetKey, type JSONWebKeySet } from 'jose';

/**
 * The issuer's public keys, cached: an unknown `kid` makes one refetch, at most once a minute, so a forged token cannot
 * make a service hammer its issuer. The last keys stay in use while the issuer is down.
 */
export function remoteKeys(url: string): JWTVerifyGetKey {
  const cached = createRemoteJWKSet(new URL(url), {
    cooldownDuration: 60_000,
    cacheMaxAge: 3_600_000,
    timeoutDuration: 3_000,
  });
  let last: JSONWebKeySet | undefined;
  return async (header, token) => {
    try {
      const key = await cached(header, token);
      last = cached.jwks() ?? last;
      return key;
    } catch (error) {
      // With the issuer down the cache may have passed its age; the keys known last are still the issuer's.
      if (last === undefined) throw error;
      return createLocalJWKSet(last)(header, token);
    }
  };
}
