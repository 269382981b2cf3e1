import { Injectable } from '@nestjs/common';
import { LandlordTokenClaims } from '@ocx/openstack-api/exchange/tokens';
import type { Introspection } from '@ocx/openstack-api/identity/token-exchange';
import { Unauthenticated } from '@ocx/service-kit/errors';
import { jwtVerify } from 'jose';
import { Transactions } from '../database/transactions.js';
import { BROKER_ID, type ExchangeParty } from '../exchange-parties/exchange-party.js';
import { RevocationsService } from '../revocations/revocations.service.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { KeyRing } from '../signing-keys/key-ring.js';
import { ExchangeTokens } from '../tokens/exchange-tokens.js';
import { LeaseGrants } from './lease-grants.js';
import { MintedTokensRepository } from './minted-tokens.repository.js';
import { OAuthError } from './oauth-error.js';

const INACTIVE: Introspection = { active: false };

/** What the parties of the exchange may learn of a token, and how they give one back. */
@Injectable()
export class TokenStatusService {
  constructor(
    private readonly tokens: ExchangeTokens,
    private readonly grants: LeaseGrants,
    private readonly minted: MintedTokensRepository,
    private readonly revocations: RevocationsService,
    private readonly transactions: Transactions,
    private readonly ring: KeyRing,
    private readonly settings: IdentitySettings,
  ) {}

  /** RFC 7662. A landlord is told of tokens for itself, the broker of those it holds, nobody of anything else. */
  async introspect(asker: ExchangeParty, token: string): Promise<Introspection> {
    if (asker.id !== BROKER_ID) return this.landlordToken(token, asker);
    const answers = [
      await this.landlordToken(token, asker),
      await this.exchangeToken(token),
      await this.leaseGrant(token),
    ];
    return answers.find(({ active }) => active) ?? INACTIVE;
  }

  /**
   * RFC 7009: the party that a token was issued to gives it back. What is no token of ours, or dead, is as good as given
   * back. Throws {@link OAuthError} when it was issued to somebody else.
   */
  async revoke(holder: ExchangeParty, token: string): Promise<void> {
    const claims = await this.ours(token);
    if (claims === undefined) return;
    await this.transactions.run(async (tx) => {
      if (!(await this.minted.giveBack(tx, holder.id, token))) {
        throw new OAuthError('unauthorized_client', 'The token was not issued to this client.');
      }
      // What was made from it ends too, and whoever follows revocations hears of it.
      await this.revocations.revoke(tx, { auditId: claims.jti });
    });
  }

  private async landlordToken(token: string, asker: ExchangeParty): Promise<Introspection> {
    const claims = LandlordTokenClaims.safeParse(await this.ours(token));
    if (!claims.success) return INACTIVE;
    const { iss, aud, sub, client_id, iat, exp, jti, act, cnf, authorization_details } = claims.data;
    if (aud !== asker.id && client_id !== asker.id) return INACTIVE;
    if ((await this.minted.revoked(aud)).some((dead) => dead.jti === jti)) return INACTIVE;
    const shown = { iss, aud, sub, client_id, iat, exp, jti, act, cnf, authorization_details };
    return { active: true, token_type: 'DPoP', ...shown };
  }

  private async exchangeToken(token: string): Promise<Introspection> {
    try {
      const { iss, aud, sub, iat, exp, jti } = (await this.tokens.verify(token)).exchange;
      return { active: true, token_type: 'Bearer', iss, aud: Array.isArray(aud) ? aud[0] : aud, sub, iat, exp, jti };
    } catch (error) {
      if (error instanceof Unauthenticated) return INACTIVE;
      throw error;
    }
  }

  private async leaseGrant(token: string): Promise<Introspection> {
    try {
      const { iss, aud, sub, client_id, iat, exp, jti, cnf } = await this.grants.verify(token);
      return { active: true, token_type: 'DPoP', iss, aud, sub, client_id, iat, exp, jti, cnf };
    } catch (error) {
      if (error instanceof OAuthError) return INACTIVE;
      throw error;
    }
  }

  /** The payload of a token that identity signed and that has not expired. */
  private async ours(token: string): Promise<{ jti: string } | undefined> {
    try {
      const options = { algorithms: ['ES256'], issuer: this.settings.issuer, requiredClaims: ['jti', 'exp'] };
      const { payload } = await jwtVerify(token, this.ring.verificationKey, options);
      return { ...payload, jti: payload.jti ?? '' };
    } catch {
      return undefined;
    }
  }
}
