import type { CacheProvider, SamlConfig } from '@node-saml/node-saml';
import { type SamlMetadata } from '../identity-providers/identity-provider.js';
import type { SamlRepository, SamlRequest } from './saml.repository.js';

/** A login must be finished within this time. */
export const LOGIN_MS = 10 * 60 * 1000;

export const acsUrlOf = (base: string, idpId: string): string => `${base}/OS-FEDERATION/saml2/acs/${idpId}`;
/** Where an enhanced client brings its provider's answer. */
export const ecpUrlOf = (base: string, idpId: string): string => `${base}/OS-FEDERATION/saml2/ecp/${idpId}`;

/** Where providers send browsers about logouts: one address, for a provider's metadata reader takes but one. */
export const logoutUrlOf = (base: string): string => `${base}/OS-FEDERATION/saml2/slo`;

export const consumerUrlOf = (base: string, login: Pick<SamlRequest, 'identityProviderId' | 'binding'>): string =>
  (login.binding === 'paos' ? ecpUrlOf : acsUrlOf)(base, login.identityProviderId);

/** Identity's own SAML entity id: where its metadata is. */
export const entityIdOf = (base: string): string => `${base}/OS-FEDERATION/saml2/metadata`;

export type BegunLogin = Omit<SamlRequest, 'id' | 'createdAt' | 'expiresAt'>;

/**
 * Where the library keeps the ids of its requests: in the database, so that any replica takes the answer. `removeAsync`
 * does nothing on purpose: the request is spent together with the assertion, in one transaction ({@link SamlRepository.spend}).
 */
function requestCache(repository: SamlRepository, login: BegunLogin): CacheProvider {
  return {
    async saveAsync(id, value) {
      const createdAt = new Date();
      await repository.saveRequest({ ...login, id, createdAt, expiresAt: new Date(createdAt.getTime() + LOGIN_MS) });
      return { value, createdAt: createdAt.getTime() };
    },
    async getAsync(id) {
      const request = await repository.findRequest({ ...login, id });
      return request?.createdAt.toISOString() ?? null;
    },
    removeAsync: () => Promise.resolve(null),
  };
}

/** Both signatures, always an answer to a request of ours, our audience only. */
export function samlOptions(
  base: string,
  saml: SamlMetadata,
  repository: SamlRepository,
  login: BegunLogin,
): SamlConfig {
  return {
    callbackUrl: consumerUrlOf(base, login),
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
    cacheProvider: requestCache(repository, login),
  };
}
