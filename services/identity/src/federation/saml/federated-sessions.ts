import { Injectable } from '@nestjs/common';
import type { ExchangeTokenClaims } from '@ocx/openstack-api/exchange/tokens';
import type { AuditResource } from '../../audit/audit-event.js';
import { AuditLog } from '../../audit/audit-log.js';
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
    private readonly audit: AuditLog,
  ) {}

  async remember(identityProviderId: string, { claims }: IssuedToken, attributes: RemoteAttributes): Promise<void> {
    const named = subjectOf(attributes);
    if (!named) return;
    const expiresAt = new Date(claims.exp * 1000);
    await this.repository.insert({ auditId: claims.jti, identityProviderId, ...named, expiresAt });
  }

  /** Ends the login that the user's token hangs on, and everything made from it. The session, if it was one by SAML. */
  async end({ sub: id, user, audit_ids: auditIds }: ExchangeTokenClaims): Promise<SamlSession | undefined> {
    const root = auditIds.at(-1) ?? '';
    const session = await this.repository.find(root);
    await this.transactions.run(async (tx) => {
      await this.revocations.revoke(tx, { auditId: root });
      await this.repository.remove(tx, root);
    });
    const initiator = { typeURI: 'service/security/account/user', id, name: user.name, domain_id: user.domain.id };
    await this.record(initiator, [root]);
    return session ?? undefined;
  }

  /** What a provider says has ended: the person's sessions with these indexes, or all of theirs. */
  async endAt(identityProviderId: string, nameId: string, indexes: readonly string[]): Promise<void> {
    const ended = await this.transactions.run(async (tx) => {
      const auditIds = await this.repository.end(tx, { identityProviderId, nameId }, indexes);
      await this.revocations.revoke(tx, ...auditIds.map((auditId) => ({ auditId })));
      return auditIds;
    });
    await this.record({ typeURI: 'service/security/identity_provider', id: identityProviderId }, ended);
  }

  private async record(initiator: AuditResource, tokens: readonly string[]): Promise<void> {
    const target = (id: string) => ({ typeURI: 'data/security/token', id });
    const event = { action: 'revoke', outcome: 'success', initiator } as const;
    await Promise.all(tokens.map((id) => this.audit.record({ ...event, target: target(id) })));
  }
}
