import { Injectable } from '@nestjs/common';
import { InventoryListeners } from '../../landlords/inventory-listener.js';
import { LandlordsService } from '../../landlords/landlords.service.js';
import type { LeaseBooks } from './lease-books.js';

/** Who hears of a lease's end beside the tenant: its landlord, and the index of resources. */
@Injectable()
export class LeaseParties {
  constructor(
    readonly landlords: LandlordsService,
    private readonly listeners: InventoryListeners,
  ) {}

  async leaseEnded(lease: LeaseBooks): Promise<void> {
    const landlord = await this.landlords.byId(lease.landlordId);
    if (!landlord) return;
    await this.listeners.leaseEnded(landlord, lease.id, lease.resource);
  }
}
