import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Product } from '@ocx/openstack-api/exchange/documents';
import { LandlordEvents } from '../events/landlord-events.js';
import { Capacity } from './capacity.service.js';

/**
 * What the landlord's own users take of the very capacity that is rented out, so that neither is over-committed. Pass the
 * transaction that adds or removes the resource, and call these last in it: the exchange is told, which orders events.
 */
@Injectable()
export class OwnUse {
  constructor(
    private readonly capacity: Capacity,
    private readonly events: LandlordEvents,
  ) {}

  /** False when it does not fit: the caller must roll back. */
  async take(manager: EntityManager, product: Product, quantity: number): Promise<boolean> {
    const needed = this.capacity.needed(product, quantity);
    if (!needed || !(await this.capacity.take(manager, needed))) return false;
    await this.events.emit(manager, { kind: 'offers' });
    return true;
  }

  async release(manager: EntityManager, product: Product, quantity: number): Promise<void> {
    const held = this.capacity.needed(product, quantity);
    if (!held) return;
    await this.capacity.release(manager, held);
    await this.events.emit(manager, { kind: 'offers' });
  }
}
