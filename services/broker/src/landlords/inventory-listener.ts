import { Injectable, Logger } from '@nestjs/common';
import type { Resource } from '@ocx/openstack-api/exchange/documents';
import type { Landlord } from './landlord.js';

/** A resource's state as its landlord signed it; the resource is leased at that landlord, which was checked. */
export interface ResourceChange {
  readonly leaseId: string;
  readonly projectId: string;
  readonly resource: Resource;
  /** In the words of the API that shows the resource; undefined when the landlord only says that it changed. */
  readonly state: string | undefined;
  /** RFC 3339, by the landlord's clock. */
  readonly at: string;
}

/**
 * Port: who keeps the index of resources up to date from the landlords' feeds. Calls may repeat (feeds are resumed
 * after a crash); they must be idempotent and quick. What they throw is logged and does not stop the feed.
 */
export abstract class InventoryListener {
  abstract resourceChanged(landlord: Landlord, change: ResourceChange): Promise<void>;
  /** Events were missed, or the landlord came back: what is indexed of it must be read anew. */
  abstract resync(landlord: Landlord): Promise<void>;
  /** The lease has ended and its resource is gone, or was never made. */
  abstract leaseEnded(landlord: Landlord, leaseId: string, resource: Resource): Promise<void>;
}

/**
 * Passes on to whoever keeps the index. A listener adds itself when its module starts: the market does not know who
 * listens. A listener that throws is logged and disturbs neither the feed nor the other listeners.
 */
@Injectable()
export class InventoryListeners {
  private readonly logger = new Logger(InventoryListeners.name);
  private readonly listeners: InventoryListener[] = [];

  add(listener: InventoryListener): void {
    this.listeners.push(listener);
  }

  resourceChanged(landlord: Landlord, change: ResourceChange): Promise<void> {
    return this.tell((listener) => listener.resourceChanged(landlord, change));
  }

  resync(landlord: Landlord): Promise<void> {
    return this.tell((listener) => listener.resync(landlord));
  }

  leaseEnded(landlord: Landlord, leaseId: string, resource: Resource): Promise<void> {
    return this.tell((listener) => listener.leaseEnded(landlord, leaseId, resource));
  }

  private async tell(what: (listener: InventoryListener) => Promise<void>): Promise<void> {
    for (const listener of this.listeners) {
      await what(listener).catch((error: unknown) => {
        this.logger.error(`the index did not take an event: ${String(error)}`);
      });
    }
  }
}
