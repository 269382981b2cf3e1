import { FLAVORS, STORAGE_POLICIES, VOLUME_TYPES } from '@ocx/openstack-api/exchange/products';
import { BackendUnavailable, Conflict, Forbidden, InvalidInput, type DomainError } from '@ocx/service-kit/errors';
import type { NotChosenReason, Quote } from '../quotes/quote.js';
import type { OrderFailure, OrderRequest } from './order.js';

const PRODUCTS: Readonly<Record<OrderRequest['resourceType'], ReadonlySet<string>>> = {
  server: new Set(FLAVORS.map((flavor) => flavor.id)),
  volume: new Set(VOLUME_TYPES.map((type) => type.id)),
  'object-account': new Set(STORAGE_POLICIES.map((policy) => policy.name)),
};

export function isKnownProduct({ resourceType, productId }: OrderRequest): boolean {
  return PRODUCTS[resourceType].has(productId);
}

const MEANING: Readonly<Record<NotChosenReason, OrderFailure>> = {
  price_cap: 'price_cap',
  landlord_unreachable: 'landlord_unreachable',
  no_capacity: 'no_capacity',
  not_admitted: 'not_admitted',
  landlord_draining: 'no_offers',
  other_region: 'no_offers',
  expired: 'no_offers',
  no_price: 'no_offers',
  price_negative: 'no_offers',
  trait_missing: 'no_offers',
  no_reputation: 'no_offers',
  outranked: 'no_offers',
};

// What comes first is what the tenant can do most about: wait, pay more, ask for admission.
const PRECEDENCE: readonly OrderFailure[] = ['no_capacity', 'landlord_unreachable', 'price_cap', 'not_admitted'];

/** The one reason to give when several offers failed for several reasons. */
export function dominant(reasons: readonly OrderFailure[]): OrderFailure {
  return PRECEDENCE.find((reason) => reasons.includes(reason)) ?? 'no_offers';
}

export function reasonsOf(quote: Quote): OrderFailure[] {
  return quote.passedOver.map((entry) => MEANING[entry.reason]);
}

/** A landlord's refusal to countersign, in the words of an order. */
export function claimFailure(reason: string): OrderFailure {
  return reason === 'no_capacity' || reason === 'not_admitted' ? reason : 'no_offers';
}

/** The landlord's terms changed since its offer was read. */
export function isStale(reason: string): boolean {
  return reason === 'offer_stale' || reason === 'offer_unknown' || reason === 'price_mismatch';
}

/** The error that the API called renders as its own fault, with the reason in its message. */
export function orderError(reason: OrderFailure): DomainError {
  switch (reason) {
    case 'unknown_product':
      return new InvalidInput('The exchange has no such product.', { reason });
    case 'no_funds':
      return new Forbidden("The project's account does not hold enough credits for this (no_funds).", { reason });
    case 'not_admitted':
      return new Forbidden('No landlord that offers this admits the project (not_admitted).', { reason });
    case 'price_cap':
      return new Conflict('Every offer costs more than the maximum price (price_cap).', { reason });
    case 'no_capacity':
      return new Conflict('No valid host was found: no landlord has capacity left for this (no_capacity).', { reason });
    case 'no_offers':
      return new Conflict('No valid host was found: no landlord offers this (no_offers).', { reason });
    case 'landlord_unreachable':
      return new BackendUnavailable('The landlord that offers this does not answer (landlord_unreachable).', {
        reason,
      });
  }
}
