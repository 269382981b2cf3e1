import type { Trust as TrustBody, TrustSummary } from '@ocx/openstack-api/identity/trusts';
import { budgetView } from '../delegations/budget.js';
import { timestamp } from '../wire/timestamp.js';
import type { Trust } from './trust.js';

const self = (trust: Trust, base: string): string => `${base}/OS-TRUST/trusts/${trust.id}`;

export const trustSummaryView = (trust: Trust, base: string): TrustSummary => ({
  id: trust.id,
  trustor_user_id: trust.trustorUserId,
  trustee_user_id: trust.trusteeUserId,
  project_id: trust.projectId,
  impersonation: trust.impersonation,
  expires_at: trust.expiresAt === null ? null : timestamp(trust.expiresAt, trust.expiresAtMicros),
  deleted_at: null,
  remaining_uses: trust.remainingUses,
  redelegated_trust_id: trust.redelegatedTrustId,
  redelegation_count: trust.redelegationCount,
  ...budgetView(trust),
  links: { self: self(trust, base) },
});

export const trustView = (trust: Trust, base: string): TrustBody => ({
  ...trustSummaryView(trust, base),
  roles: trust.roles.map(({ id, name }) => ({ id, name, links: { self: `${base}/roles/${id}` } })),
  roles_links: { self: `${self(trust, base)}/roles`, previous: null, next: null },
});
