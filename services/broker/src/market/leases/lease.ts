import type { Price, Product, Relation, Resource } from '@ocx/openstack-api/exchange/documents';

export type LeaseState = 'pending' | 'claimed' | 'active' | 'ending' | 'settled' | 'refused' | 'failed';

/** One rented thing: what the tenant ordered, the landlord countersigned and the ledger pays for. */
export interface Lease {
  readonly id: string;
  readonly orderId: string;
  readonly landlordId: string;
  readonly projectId: string;
  readonly projectDomainId: string;
  readonly userId: string;
  readonly product: Product;
  readonly resource: Resource;
  /** Servers, GiB of a volume; 0 for an object account. */
  readonly quantity: number;
  readonly relation: Relation;
  readonly prices: readonly Price[];
  readonly state: LeaseState;
  /** Why it ended or failed: a machine-readable code. */
  readonly reason: string | null;
  readonly startsAt: Date;
  readonly endsAt: Date | null;
  readonly endedAt: Date | null;
  readonly acceptedAt: Date | null;
  /** Whether what it costs counts in the budgets of a delegation. */
  readonly isBudgeted: boolean;
  /** Micro-credits charged so far. */
  readonly charged: bigint;
  /** The broker's signed lease document. */
  readonly document: string;
  /**
   * Kept as it is: a grant is bound to the broker's key (`cnf`), which lies in a file and not in the database, so a
   * reader of the database cannot use it.
   */
  readonly leaseGrant: string | null;
}

/**
 * pending: escrow held, not yet at the landlord. claimed: countersigned, the resource is being made. active: it is
 * made. ending: told to end, the last usage not yet settled. settled, refused and failed are final; the last two are
 * never charged.
 */
const TRANSITIONS: Readonly<Record<LeaseState, readonly LeaseState[]>> = {
  pending: ['claimed', 'refused', 'failed'],
  claimed: ['active', 'ending', 'failed'],
  active: ['ending'],
  ending: ['settled'],
  settled: [],
  refused: [],
  failed: [],
};

export function canBecome(from: LeaseState, to: LeaseState): boolean {
  return TRANSITIONS[from].includes(to);
}

/** States from which `to` is reached: what a compare-and-swap update asks for. */
export function statesBefore(to: LeaseState): LeaseState[] {
  return (Object.keys(TRANSITIONS) as LeaseState[]).filter((from) => canBecome(from, to));
}

export function isFinal(state: LeaseState): boolean {
  return TRANSITIONS[state].length === 0;
}

/**
 * Reason of the end of an object account that its tenant gives back. Nothing is destroyed by it: landlords refuse it while an
 * object is in the account, and the lease is then active again. That is the one way back, and not one of an order's.
 */
export const GIVEN_BACK = 'given_back';

/** A lease that holds its resource: at most one for a resource at a landlord. */
export const LIVE_STATES: readonly LeaseState[] = ['pending', 'claimed', 'active', 'ending'];

/** Reason of the conflict when a resource is leased at a landlord that already leases it. */
export const RESOURCE_LEASED = 'resource_leased';
