import type { Lease as LeaseDocument, Product, Resource } from '@ocx/openstack-api/exchange/documents';

/** `ending`: the resource is being destroyed; its capacity is still taken. */
export type LeaseState = 'active' | 'ending' | 'ended';

/** Amounts by unit, such as `{ vcpus: 1, ram: 128, disk: 1 }`. Units are those of the landlord's `capacity`. */
export type ResourceVector = Readonly<Record<string, number>>;

/** A lease that this landlord countersigned. */
export interface Lease {
  readonly id: string;
  readonly projectId: string;
  readonly projectDomainId: string;
  readonly userId: string;
  readonly product: Product;
  /** Chosen by the broker: the landlord's resource bears this id. */
  readonly resource: Resource;
  /** 1 for a server, GiB for a volume, 0 for an object account. */
  readonly quantity: number;
  readonly state: LeaseState;
  readonly acceptedAt: Date;
  readonly endsAt: Date | null;
}

/** What each product leases. */
export const RESOURCE_OF_PRODUCT = {
  server: 'server',
  volume: 'volume',
  'object-store': 'object-account',
} as const satisfies Record<LeaseDocument['product']['type'], Resource['type']>;
