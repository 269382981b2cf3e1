import { Injectable } from '@nestjs/common';
import type { Lease, ResourceVector } from '@ocx/landlord-kit/leases/lease';
import { LeasedResources } from '@ocx/landlord-kit/leases/leased-resources';
import { type Product } from '@ocx/openstack-api/exchange/documents';
import { STORAGE_POLICIES } from '@ocx/openstack-api/exchange/products';
import { VolumeEnding } from './block-storage/volumes/volume-ending.service.js';
import { AccountEnding } from './object-store/accounts/account-ending.service.js';

/** What a storage landlord leases: object accounts, metered as they grow, and volumes, claimed by the GiB. */
@Injectable()
export class StorageLeasedResources extends LeasedResources {
  constructor(
    private readonly accounts: AccountEnding,
    private readonly volumes: VolumeEnding,
  ) {
    super();
  }

  capacityOf(product: Product, quantity: number): ResourceVector | undefined {
    if (product.type !== 'object-store') return this.volumes.capacityOf(product, quantity);
    return STORAGE_POLICIES.some((policy) => policy.name === product.id) ? { gib: quantity } : undefined;
  }

  async end(lease: Lease): Promise<void> {
    if (lease.resource.type === 'object-account') await this.accounts.end(lease.id);
    else await this.volumes.endLease(lease);
  }

  override closeIfEmpty(lease: Lease): Promise<boolean> {
    return lease.resource.type === 'object-account' ? this.accounts.closeIfEmpty(lease) : super.closeIfEmpty(lease);
  }
}
