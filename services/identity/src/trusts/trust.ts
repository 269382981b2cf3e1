import type { Budget } from '@ocx/openstack-api/exchange/tokens';
import type { Role } from '../roles/role.js';

/** Keystone's `max_redelegation_count`: how often a trust may be passed on at most. */
export const MAX_REDELEGATION_COUNT = 3;

/** One user's leave for another to act with some of their roles on a project, for a time or a number of times. */
export interface Trust {
  readonly id: string;
  readonly trustorUserId: string;
  readonly trusteeUserId: string;
  readonly projectId: string | null;
  /** Whether the trustee acts in the trustor's name, or in their own. */
  readonly impersonation: boolean;
  readonly expiresAt: Date | null;
  /** Of its expiry, beyond the milliseconds. */
  readonly expiresAtMicros: number;
  /** Tokens it may still give; null for any number. */
  readonly remainingUses: number | null;
  /** The trust that this one was made from. */
  readonly redelegatedTrustId: string | null;
  /** How many further trusts may follow from it. */
  readonly redelegationCount: number;
  readonly roles: readonly Role[];
  /** Its own, if it has one, after those of what it was made from. */
  readonly budgets: readonly Budget[];
}

/** Whether it can still give tokens, apart from what became of its users. */
export const isLive = (trust: Trust): boolean =>
  trust.remainingUses !== 0 && (trust.expiresAt === null || trust.expiresAt.getTime() > Date.now());
