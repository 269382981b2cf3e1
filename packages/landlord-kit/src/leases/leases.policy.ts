import { NotFound } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { landlordAction } from '../landlord.policy.js';
import type { Lease } from './lease.js';

export const claimLease = landlordAction('claim', 'heal');
export const listLeases = landlordAction('feed');
export const endLease = landlordAction('end', 'write');
export const readUsage = landlordAction('feed', 'settle', 'read');

/** Actions that reach only the lease the token names. */
const OF_LEASE = ['end', 'settle'] as const;

/**
 * Whether the token's actions reach this lease: `feed` all of them, `end` and `settle` the one it names, `read` and
 * `write` those of its project. A lease out of reach is not told from one that does not exist. Throws {@link NotFound}.
 */
export function checkReach(
  principal: Principal,
  lease: Lease | undefined,
  actions: readonly ('feed' | 'end' | 'settle' | 'read' | 'write')[],
): asserts lease is Lease {
  const access = principal.access;
  const reaches =
    lease !== undefined &&
    actions.some((action) => {
      if (access?.actions.includes(action) !== true) return false;
      if (action === 'feed') return true;
      if (principal.projectId !== lease.projectId) return false;
      const mayBeAny = access.lease_id === undefined && !OF_LEASE.some((own) => own === action);
      return mayBeAny || access.lease_id === lease.id;
    });
  if (!reaches) throw new NotFound('The lease could not be found.');
}
