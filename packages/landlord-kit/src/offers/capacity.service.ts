import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Product } from '@ocx/openstack-api/exchange/documents';
import type { ResourceVector } from '../leases/lease.js';
import { ServiceResources } from '../leases/service-resources.js';
import { CapacityRepository, type CapacityLevel } from './capacity.repository.js';

/** Units in one order everywhere, so that two claims never wait for one another. */
const parts = (vector: ResourceVector): [string, number][] =>
  Object.entries(vector)
    .filter(([, amount]) => amount > 0)
    .sort(([one], [other]) => (one < other ? -1 : 1));

/** How many units of a product fit into what is left: the scarcest part decides. */
export function unitsLeft(levels: readonly CapacityLevel[], each: ResourceVector): number {
  const needed = parts(each);
  if (needed.length === 0) return 0;
  const free = new Map(levels.map(({ unit, total, used }) => [unit, Math.max(0, total - used)]));
  return Math.min(...needed.map(([unit, amount]) => Math.floor((free.get(unit) ?? 0) / amount)));
}

/** What this landlord has to rent, and what is rented. The database holds the truth; claims change it conditionally. */
@Injectable()
export class Capacity {
  constructor(
    private readonly repository: CapacityRepository,
    private readonly resources: ServiceResources,
  ) {}

  serves(product: Product): boolean {
    return this.resources.get().capacityOf(product, 1) !== undefined;
  }

  /** What `quantity` units take, or undefined when the landlord cannot serve the product. */
  needed(product: Product, quantity: number): ResourceVector | undefined {
    return this.resources.get().capacityOf(product, quantity);
  }

  /** Takes all parts or none: on false the caller must roll back. */
  take(manager: EntityManager, vector: ResourceVector): Promise<boolean> {
    return this.repository.take(manager, parts(vector));
  }

  async release(manager: EntityManager, vector: ResourceVector): Promise<void> {
    for (const [unit, amount] of parts(vector)) await this.repository.release(manager, unit, amount);
  }

  /** Puts new totals in force; true when one differs. */
  async setTotals(manager: EntityManager, totals: ResourceVector): Promise<boolean> {
    const entries = Object.entries(totals).sort(([one], [other]) => (one < other ? -1 : 1));
    let changed = false;
    for (const [unit, total] of entries) changed = (await this.repository.setTotal(manager, unit, total)) || changed;
    return changed;
  }

  /** Units of each product that could be rented now. */
  async left(products: readonly Product[]): Promise<number[]> {
    const levels = await this.repository.list();
    return products.map((product) => unitsLeft(levels, this.needed(product, 1) ?? {}));
  }
}
