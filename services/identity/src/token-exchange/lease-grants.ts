import { Injectable } from '@nestjs/common';
import { LEASE_GRANT_AUDIENCE, LeaseGrantClaims } from '@ocx/openstack-api/exchange/tokens';
import { jwtVerify } from 'jose';
import { IdentitySettings } from '../settings/identity.config.js';
import { KeyRing } from '../signing-keys/key-ring.js';
import { MintedTokensRepository } from './minted-tokens.repository.js';
import { OAuthError } from './oauth-error.js';

@Injectable()
export class LeaseGrants {
  constructor(
    private readonly ring: KeyRing,
    private readonly settings: IdentitySettings,
    private readonly minted: MintedTokensRepository,
  ) {}

  /** The claims of a live lease grant of ours. Throws {@link OAuthError}. */
  async verify(grant: string): Promise<LeaseGrantClaims> {
    const claims = await this.claims(grant);
    if (await this.minted.isReturned(grant)) throw notLive(new Error('the grant was given back'));
    return claims;
  }

  private async claims(grant: string): Promise<LeaseGrantClaims> {
    try {
      const { payload } = await jwtVerify(grant, this.ring.verificationKey, {
        algorithms: ['ES256'],
        typ: 'ocx-lease-grant+jwt',
        issuer: this.settings.issuer,
        audience: LEASE_GRANT_AUDIENCE,
      });
      return LeaseGrantClaims.parse(payload);
    } catch (error) {
      throw notLive(error);
    }
  }
}

const notLive = (cause: unknown) => new OAuthError('invalid_grant', 'The lease grant is not live.', cause);
