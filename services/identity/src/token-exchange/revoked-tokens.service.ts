import { Injectable } from '@nestjs/common';
import { REVOKED_TOKENS_TYP, type RevokedTokens } from '@ocx/openstack-api/exchange/revoked-tokens';
import { RevocationsService } from '../revocations/revocations.service.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { KeyRing } from '../signing-keys/key-ring.js';
import { MintedTokensRepository } from './minted-tokens.repository.js';

/** What a landlord is told of revocations: which of its own tokens died, and nothing of anybody else's. */
@Injectable()
export class RevokedTokensService {
  constructor(
    private readonly revocations: RevocationsService,
    private readonly minted: MintedTokensRepository,
    private readonly ring: KeyRing,
    private readonly settings: IdentitySettings,
  ) {}

  /** The signed list for a landlord, as a compact JWS; waits up to `waitSeconds` for a revocation after `seq`. */
  async list(landlordId: string, seq: number, waitSeconds: number): Promise<string> {
    const { last } = await this.revocations.feed(seq, waitSeconds);
    const payload: RevokedTokens = {
      iss: this.settings.issuer,
      aud: landlordId,
      iat: Math.floor(Date.now() / 1000),
      seq: last,
      revoked: await this.minted.revoked(landlordId),
    };
    return this.ring.current.sign(REVOKED_TOKENS_TYP, payload);
  }
}
