import type { CacheProvider, SamlConfig } from '@node-saml/node-saml';
import { type SamlMetadata } from '../identity-providers/identity-provider.js';
import type { SamlRepository, SamlRequest } from './saml.repository.js';

/** A login must be finished within this time. */
export const LOGIN_MS = 10 * 60 * 1000;

export const acsUrlOf = (base: string, idpId: string): string => `${base}/OS-FEDERATION/saml2/acs/${idpId}`;
/** Identity's own SAML entity id: where its metadata is. */
export const entityIdOf = (base: string): string => `${base}/OS-FEDERATION/saml2/metadata`;

/**
 * Where the library keeps the ids of its requests: in the database, so that any replica takes the answer. `removeAsync`
 * does nothing on purpose: the request is spent together with the assertion, in one transaction ({@link SamlRepository.spend}).
 */
export function requestCache(
  repository: SamlRepository,
  login: Pick<SamlRequest, 'identityProviderId' | 'protocolId' | 'binding' | 'origin' | 'browserSha256'>,
): CacheProvider {
  return {
    async saveAsync(id, value) {
      const createdAt = new Date();
      await repository.saveRequest({ ...login, id, createdAt, expiresAt: new Date(createdAt.getTime() + LOGIN_MS) });
      return { value, createdAt: createdAt.getTime() };
    },
    async getAsync(id) {
      const request = await repository.findRequest(id, login.identityProviderId);
      return request?.createdAt.toISOString() ?? null;
    },
    removeAsync: () => Promise.resolve(null),
  };
}

/** Both signatures, always an answer to a request of ours, our audience only. */
export function samlOptions(base: string, idpId: string, saml: SamlMetadata, cacheProvider: CacheProvider): SamlConfig {
  return {
    callbackUrl: acsUrlOf(base, idpId),
    issuer: entityIdOf(base),
    audience: entityIdOf(base),
    entryPoint: saml.ssoUrl,
    idpIssuer: saml.entityId,
    idpCert: [...saml.certificates],
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: true,
    // Importing the enumeration's value would load the library before the first login.
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
    validateInResponseTo: 'always' as SamlConfig['validateInResponseTo'],
    requestIdExpirationPeriodMs: LOGIN_MS,
    acceptedClockSkewMs: 30_000,
    disableRequestedAuthnContext: true,
    identifierFormat: null,
    cacheProvider,
  };
}
