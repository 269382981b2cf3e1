import { Injectable } from '@nestjs/common';
import type { LandlordEvent } from '@ocx/openstack-api/exchange/documents';
import { InventoryListeners } from '../../landlords/inventory-listener.js';
import type { Landlord } from '../../landlords/landlord.js';
import { LeaseReconciler } from '../leases/lease-reconciler.js';
import { LandlordOffers } from './landlord-offers.js';
import { EventHandler } from './event-handler.js';

/** What there is to do for one landlord, in the order in which it must be done. */
@Injectable()
export class LandlordSync {
  constructor(
    private readonly offers: LandlordOffers,
    private readonly reconciler: LeaseReconciler,
    private readonly listeners: InventoryListeners,
    private readonly handler: EventHandler,
  ) {}

  /** Reads everything anew: at start, after a break or a gap. */
  async resync(landlord: Landlord): Promise<void> {
    await this.offers.pull(landlord, true);
    await this.reconciler.compare(landlord);
    await this.listeners.resync(landlord);
  }

  compare(landlord: Landlord): Promise<void> {
    return this.reconciler.compare(landlord);
  }

  pullOffers(landlord: Landlord): Promise<void> {
    return this.offers.pull(landlord);
  }

  settle(landlord: Landlord): Promise<void> {
    return this.reconciler.settle(landlord);
  }

  handle(landlord: Landlord, events: readonly LandlordEvent[]): Promise<void> {
    return this.handler.handle(landlord, events);
  }
}
