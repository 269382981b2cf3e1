import type { SwiftMetadata } from '@ocx/openstack-api/object-store/metadata';
import type { SwiftTicks } from '@ocx/openstack-api/object-store/timestamps';

export interface Container {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly timestamp: SwiftTicks;
  readonly storagePolicy: string;
  readonly metadata: SwiftMetadata;
  readonly objectCount: number;
  readonly bytesUsed: number;
}
