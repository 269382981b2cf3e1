import { Injectable } from '@nestjs/common';
import type { Lease, ResourceVector } from '@ocx/landlord-kit/leases/lease';
import { LeasedResources } from '@ocx/landlord-kit/leases/leased-resources';
import { type Product } from '@ocx/openstack-api/exchange/documents';
import { STORAGE_POLICIES } from '@ocx/openstack-api/exchange/products';
import { AccountEnding } from './object-store/accounts/account-ending.service.js';

/** What a storage landlord leases: object accounts, metered as they grow, and volumes, claimed by the GiB. */
@Injectable()
export class StorageLeasedResources extends LeasedResources {
  constructor(private readonly accounts: AccountEnding) {
    super();
  }

  capacityOf(product: Product): ResourceVector | undefined {
    if (product.type !== 'object-store') return undefined;
    return STORAGE_POLICIES.some((policy) => policy.name === product.id) ? { gib: 0 } : undefined;
  }

  async end(lease: Lease): Promise<void> {
    if (lease.resource.type === 'object-account') await this.accounts.end(lease.id);
  }
}
