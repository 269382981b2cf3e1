import { Injectable } from '@nestjs/common';
import type { ExchangeTokenClaims } from '@ocx/openstack-api/exchange/tokens';
import { Unauthenticated } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { ExchangeTokenVerifier, RevocationList } from '@ocx/service-kit/token-verifier';
import { RevocationsService } from '../revocations/revocations.service.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { KeyRing } from '../signing-keys/key-ring.js';

/** How a token says that it was given for a request signed with an access key. */
export const EC2_METHOD = 'ec2credential';

/** Asks the table on every use: at identity a revocation acts at once. */
@Injectable()
export class RevocationTable extends RevocationList {
  constructor(private readonly revocations: RevocationsService) {
    super();
  }

  async check(claims: ExchangeTokenClaims): Promise<void> {
    const revoked = await this.revocations.isRevoked({
      auditIds: claims.audit_ids.filter((id) => id !== claims.trust?.id),
      trustId: claims.trust?.id,
      userId: claims.sub,
      projectId: claims.project?.id,
      issuedAt: new Date(claims.iat * 1000),
    });
    if (revoked) throw Unauthenticated.because('the token was revoked');
  }
}

/** An exchange token that was verified: signature, issuer, audience, life and revocation. */
export type VerifiedPrincipal = Principal & { readonly exchange: ExchangeTokenClaims };

@Injectable()
export class ExchangeTokens {
  private readonly verifier: ExchangeTokenVerifier;

  constructor(ring: KeyRing, revocations: RevocationTable, settings: IdentitySettings) {
    this.verifier = new ExchangeTokenVerifier({ issuer: settings.issuer, keys: ring.verificationKey, revocations });
  }

  /** Throws {@link Unauthenticated}. */
  async verify(token: string): Promise<VerifiedPrincipal> {
    const principal = await this.verifier.verifyToken(token);
    if (!principal.exchange) throw Unauthenticated.because('the token is not an exchange token');
    return { ...principal, exchange: principal.exchange };
  }
}
