import { ReplayCache } from '@ocx/openstack-client/dpop';
import { Unauthenticated } from '@ocx/service-kit/errors';
import { remoteKeys } from '@ocx/service-kit/jwks';
import type { Principal } from '@ocx/service-kit/principal';
import type { ServiceRequest } from '@ocx/service-kit/service-request';
import { ExchangeTokenVerifier, LandlordTokenVerifier, TokenVerifier } from '@ocx/service-kit/token-verifier';
import type { LandlordParty } from './enrolment/landlord-party.js';
import type { LandlordConfig } from './landlord.config.js';
import type { LandlordFile } from './offers/landlord-file.service.js';
import type { RevokedTokenList } from './revocations/revoked-token-list.js';

/** Who calls a landlord. The exchange's role `admin` counts only where the landlord's own configuration lets it. */
export class LandlordVerifier extends TokenVerifier {
  private readonly inner: LandlordTokenVerifier;

  constructor(
    private readonly party: LandlordParty,
    private readonly file: LandlordFile,
    config: LandlordConfig,
    revoked: RevokedTokenList,
  ) {
    super();
    const standalone = standaloneVerifier(config);
    this.inner = new LandlordTokenVerifier({
      trust: () => party.trust(),
      replay: new ReplayCache(),
      isRevoked: (jti) => revoked.has(jti),
      ...(standalone ? { standalone } : {}),
    });
  }

  async verify(request: ServiceRequest): Promise<Principal> {
    const principal = await this.inner.verify(request);
    if (principal.realm === 'own') this.checkOwn(principal);
    if (principal.realm === 'own' || this.file.current().accept_exchange_admin) return principal;
    return { ...principal, roles: principal.roles.filter((role) => role !== 'admin') };
  }

  // With the exchange pinned as the landlord's own issuer, a tenant's exchange token would be good here, without a lease.
  private checkOwn({ exchange }: Principal): void {
    if (exchange?.iss !== this.party.current()?.issuer) return;
    throw new Unauthenticated('A token of the exchange is not accepted as one of this landlord’s own.');
  }
}

function standaloneVerifier(config: LandlordConfig): ExchangeTokenVerifier | undefined {
  const { OCX_STANDALONE_ISSUER: issuer, OCX_STANDALONE_JWKS_URL: jwksUrl } = config;
  if (issuer === undefined && jwksUrl === undefined) return undefined;
  if (issuer === undefined || jwksUrl === undefined) {
    throw new Error('OCX_STANDALONE_ISSUER and OCX_STANDALONE_JWKS_URL are set together or not at all.');
  }
  return new ExchangeTokenVerifier({ issuer, keys: remoteKeys(jwksUrl), realm: 'own' });
}
