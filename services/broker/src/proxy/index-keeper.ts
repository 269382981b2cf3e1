import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Resource } from '@ocx/openstack-api/exchange/documents';
import { InventoryService } from '../inventory/inventory.service.js';
import { InventoryListener, InventoryListeners, type ResourceChange } from '../landlords/inventory-listener.js';
import type { Landlord } from '../landlords/landlord.js';
import { AttachmentsService } from './attachments/attachments.service.js';

/** Keeps the index up to date from the landlords' feeds, beside what proxied answers tell. */
@Injectable()
export class IndexKeeper extends InventoryListener implements OnModuleInit {
  constructor(
    private readonly listeners: InventoryListeners,
    private readonly inventory: InventoryService,
    private readonly attachments: AttachmentsService,
  ) {
    super();
  }

  onModuleInit(): void {
    this.listeners.add(this);
  }

  async resourceChanged(landlord: Landlord, change: ResourceChange): Promise<void> {
    const { resource, state, at } = change;
    if (resource.type === 'object-account' || state === undefined) return;
    const row = await this.inventory.locate(resource.type, resource.id);
    if (row?.landlordId !== landlord.id) return;
    await this.inventory.stateChanged(resource.type, resource.id, state, new Date(at));
  }

  /** Views are renewed by the next answer that passes: the landlord is asked on every read as long as it answers. */
  resync(): Promise<void> {
    return Promise.resolve();
  }

  async leaseEnded(_: Landlord, leaseId: string, resource: Resource): Promise<void> {
    // Its containers went with the lease.
    if (resource.type === 'object-account') return;
    const row = await this.inventory.locate(resource.type, resource.id);
    if (row?.leaseId === leaseId) await this.attachments.resourceEnded(resource.type, resource.id);
    await this.inventory.remove(resource.type, resource.id, leaseId);
  }
}
