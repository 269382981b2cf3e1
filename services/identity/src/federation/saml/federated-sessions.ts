import { Injectable } from '@nestjs/common';
import { Transactions } from '../../database/transactions.js';
import { RevocationsService } from '../../revocations/revocations.service.js';
import type { IssuedToken } from '../../tokens/tokens.service.js';
import type { RemoteAttributes } from '../mappings/mapping-engine.js';
import { subjectOf } from './profile-attributes.js';
import { type SamlSession, SamlSessionsRepository } from './saml-sessions.repository.js';

/** Which tokens hang on which login at a provider, so that both end together. */
@Injectable()
export class FederatedSessions {
  constructor(
    private readonly repository: SamlSessionsRepository,
    private readonly revocations: RevocationsService,
    private readonly transactions: Transactions,
  ) {}

  async remember(identityProviderId: string, { claims }: IssuedToken, attributes: RemoteAttributes): Promise<void> {
    const named = subjectOf(attributes);
    if (!named) return;
    const expiresAt = new Date(claims.exp * 1000);
    await this.repository.insert({ auditId: claims.jti, identityProviderId, ...named, expiresAt });
  }

  /** Ends the login that a token hangs on, and everything made from it. The session, if it was one by SAML. */
  async end(auditIds: readonly string[]): Promise<SamlSession | undefined> {
    const root = auditIds.at(-1) ?? '';
    const session = await this.repository.find(root);
    await this.transactions.run(async (tx) => {
      await this.revocations.revoke(tx, { auditId: root });
      await this.repository.remove(tx, root);
    });
    return session ?? undefined;
  }

  /** What a provider says has ended: the person's sessions with these indexes, or all of theirs. */
  async endAt(identityProviderId: string, nameId: string, indexes: readonly string[]): Promise<number> {
    return this.transactions.run(async (tx) => {
      const ended = await this.repository.end(tx, { identityProviderId, nameId }, indexes);
      await this.revocations.revoke(tx, ...ended.map((auditId) => ({ auditId })));
      return ended.length;
    });
  }
}
