import { Injectable } from '@nestjs/common';
import type { LandlordEvent, Resource } from '@ocx/openstack-api/exchange/documents';
import { InventoryListeners } from '../../landlords/inventory-listener.js';
import { LandlordBreaker } from '../../landlords/landlord-breaker.js';
import type { Landlord } from '../../landlords/landlord.js';
import type { LeaseBooks } from '../leases/lease-books.js';
import { LeasesService } from '../leases/leases.service.js';

/** Acts on what a landlord reports about its own leases; whatever else it names is dropped and counted. */
@Injectable()
export class EventHandler {
  constructor(
    private readonly leases: LeasesService,
    private readonly listeners: InventoryListeners,
    private readonly breaker: LandlordBreaker,
  ) {}

  async handle(landlord: Landlord, events: readonly LandlordEvent[]): Promise<void> {
    for (const event of events) {
      if (event.kind === 'lease') await this.leaseChanged(landlord, event);
      if (event.kind === 'resource') await this.resourceChanged(landlord, event);
    }
  }

  private async leaseChanged(landlord: Landlord, event: LandlordEvent): Promise<void> {
    if (event.state !== 'ended') return;
    const lease = await this.leaseOf(landlord, event);
    if (lease?.state === 'active' || lease?.state === 'ending') {
      await this.leases.end('system', lease.id, 'ended_by_landlord');
    }
  }

  private async resourceChanged(landlord: Landlord, event: LandlordEvent): Promise<void> {
    const lease = await this.leaseOf(landlord, event);
    if (!lease) return;
    await this.listeners.resourceChanged(landlord, {
      leaseId: lease.id,
      projectId: lease.projectId,
      resource: lease.resource,
      state: event.state,
      at: event.at,
    });
  }

  private async leaseOf(landlord: Landlord, event: LandlordEvent): Promise<LeaseBooks | undefined> {
    const { lease_id: id, resource } = event;
    const lease =
      id !== undefined ? await this.leases.byId(id) : resource && (await this.byResource(landlord, resource));
    const isTheirs = lease?.landlordId === landlord.id && (resource === undefined || names(resource, lease.resource));
    if (isTheirs) return lease;
    this.breaker.count(landlord.id, 'event_foreign');
    return undefined;
  }

  private byResource(landlord: Landlord, resource: Resource): Promise<LeaseBooks | undefined> {
    return this.leases.byResource(resource.type, resource.id, landlord.id);
  }
}

const names = (a: Resource, b: Resource) => a.type === b.type && a.id === b.id;
