import type { ServerBoot } from '@ocx/openstack-api/compute/boot';
import type { Resource } from '@ocx/openstack-api/exchange/documents';
import type { Landlord } from '../../landlords/landlord.js';
import type { Lease } from '../leases/lease.js';

/** What the tenant demands beside the product. */
export interface OrderHints {
  /** Micro-credits per hour for the whole quantity, at most. */
  readonly maxPrice?: bigint | undefined;
  /** 0 to 100. Landlords without a reputation do not meet any demand for one. */
  readonly minReputation?: number | undefined;
  /** Id of a leased resource: offers of the landlord that holds it come first. */
  readonly near?: string | undefined;
  /** Every one of them must stand in the offer. */
  readonly traits?: readonly string[] | undefined;
}

export interface OrderRequest {
  readonly resourceType: Resource['type'];
  readonly productId: string;
  /** 1 for a server, GiB for a volume, 0 for an object account. */
  readonly quantity: number;
  /** A landlord's region, which is also its availability zone; undefined in the combined region. */
  readonly region?: string | undefined;
  readonly hints?: OrderHints | undefined;
  /** Given to the landlord with the claim. */
  readonly boot?: ServerBoot | undefined;
  readonly idempotencyKey?: string | undefined;
  /** Chosen for each attempt when undefined. */
  readonly resourceId?: string | undefined;
}

export interface FilledOrder<T> {
  readonly lease: Lease;
  readonly landlord: Landlord;
  readonly result: T;
}

/**
 * Creates the resource of a countersigned lease at its landlord. Throws a refusal of the request itself (`InvalidInput`,
 * `Forbidden`, `NotFound`, `Conflict` …) to stop, anything else (unreachable, misbehaving, `BackendUnavailable`,
 * `QuotaExceeded`) to have the next offer tried.
 */
export type Provision<T> = (lease: Lease, landlord: Landlord) => Promise<T>;

/** Why an order was not filled. */
export type OrderFailure =
  'no_offers' | 'no_funds' | 'price_cap' | 'no_capacity' | 'landlord_unreachable' | 'not_admitted' | 'unknown_product';
