import { InvalidInput } from '@ocx/service-kit/errors';
import type { EntityManager } from 'typeorm';
import type { Product } from '@ocx/openstack-api/exchange/documents';
import type { Lease, ResourceVector } from './lease.js';

/** What came with a claim, unchecked. */
export type Boot = Readonly<Record<string, unknown>>;

/**
 * What the landlord's service does for its leases. Exactly one provider of this class must exist somewhere in the
 * service; it is looked up when the application starts, so it may itself depend on {@link LeasesService}.
 */
export abstract class LeasedResources {
  /**
   * What `quantity` units of the product take from the landlord's capacity, in the units of its configuration. Pure and
   * quick. Undefined for a product this landlord cannot serve; all zero for what is metered as it grows.
   */
  abstract capacityOf(product: Product, quantity: number): ResourceVector | undefined;

  /**
   * Keeps what the resource of a lease will boot with, in the transaction of the claim. Throws {@link InvalidInput} for
   * what cannot be used, as a service does that boots nothing; the claim is then undone.
   */
  prepare(_lease: Lease, _boot: Boot, _manager: EntityManager): Promise<void> {
    return Promise.reject(new InvalidInput('Nothing boots here.'));
  }

  /**
   * Destroys the resource of the lease and whatever hangs on it. Idempotent: a resource that was never created, or is
   * gone, is a success. When it returns, the capacity may be rented to somebody else. Throw `BackendUnavailable` when
   * that cannot be promised yet: the lease stays `ending` and the call is repeated until it succeeds.
   */
  abstract end(lease: Lease): Promise<void>;

  /**
   * Closes the resource to its tenant if it holds nothing that the tenant stored; false when it does. Atomic: whoever
   * stores something at this moment came first, or is refused. Idempotent; {@link end} follows. Throws
   * {@link InvalidInput} for a resource that is not one to store things in.
   */
  closeIfEmpty({ resource }: Lease): Promise<boolean> {
    return Promise.reject(new InvalidInput(`A ${resource.type} is not ended for being empty.`));
  }
}
