import type { Offer, Price } from '@ocx/openstack-api/exchange/documents';
import { BackendUnavailable, Conflict, Forbidden, type DomainError } from '@ocx/service-kit/errors';
import type { Lease } from '../leases/lease.js';
import { pricesFor } from '../quotes/pricing.js';

/** A lease with a larger quantity, on its way to its landlord. */
export interface LeaseAmendment {
  readonly id: string;
  readonly leaseId: string;
  readonly quantity: number;
  /** Micro-credits held for it beside what the lease held before. */
  readonly escrow: bigint;
  /** As the broker signed it. */
  readonly document: string;
}

const canonical = (prices: readonly Price[]): string =>
  prices
    .map(({ meter, relation, amount, per }) => `${meter} ${relation} ${amount}/${per}`)
    .sort()
    .join();

/** Whether more of the lease can be had under this offer: what a lease costs does not change while it lasts. */
export function hasSameTerms(lease: Lease, offer: Offer): boolean {
  return (
    offer.landlord_id === lease.landlordId &&
    Date.parse(offer.valid_until) > Date.now() &&
    canonical(pricesFor(offer.prices, lease.relation)) === canonical(lease.prices)
  );
}

/** A landlord's refusal to lease more, as the tenant is told. */
export function amendmentError(reason: string): DomainError {
  switch (reason) {
    case 'no_capacity':
      return new Conflict('The landlord has not so much left (no_capacity).', { reason });
    case 'not_admitted':
      return new Forbidden('The landlord does not admit the project any more (not_admitted).', { reason });
    case 'no_funds':
      return new Forbidden("The project's account does not hold enough credits for this (no_funds).", { reason });
    case 'amendment_pending':
      return new Conflict('Another change of this lease is on its way.', { reason });
    case 'lease_ended':
      return new Conflict('The lease has ended.', { reason });
    case 'landlord_unreachable':
      return new BackendUnavailable('The landlord does not answer; whether it agreed is found out when it does.', {
        reason,
      });
    default:
      return new Conflict('The landlord does not lease more on the terms of this lease (terms_changed).', {
        reason: 'terms_changed',
      });
  }
}
