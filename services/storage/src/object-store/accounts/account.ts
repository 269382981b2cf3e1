import type { SwiftMetadata } from '@ocx/openstack-api/object-store/metadata';
import type { SwiftTicks } from '@ocx/openstack-api/object-store/timestamps';
import { Forbidden } from '@ocx/service-kit/errors';

/** What a project of the exchange meets at a landlord that it leases no object store from. */
export const noLease = (): Forbidden =>
  new Forbidden('This landlord holds no object-store lease of the project.', { reason: 'no_lease' });

/** A project's object store. Projects of the exchange and of the landlord's own users never meet. */
export interface Account {
  readonly id: string;
  readonly realm: 'exchange' | 'own';
  readonly projectId: string;
  /** The lease it exists under, in realm `exchange`. */
  readonly leaseId: string | null;
  readonly timestamp: SwiftTicks;
  readonly metadata: SwiftMetadata;
  readonly containerCount: number;
  readonly objectCount: number;
  readonly bytesUsed: number;
}

/** What changes by one request. */
export interface UsageChange {
  readonly containers?: number;
  readonly objects?: number;
  readonly bytes?: number;
}
