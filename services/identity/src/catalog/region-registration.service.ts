import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Transactions } from '../database/transactions.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { newId } from '../wire/id.js';
import type { Service } from './catalog.js';
import { CatalogRepository } from './catalog.repository.js';

export interface RegisteredRegion {
  readonly id: string;
  readonly description: string;
  readonly endpoints: readonly { readonly type: string; readonly name: string; readonly url: string }[];
}

/** What the broker says about a region replaces, at once, what it said before. */
@Injectable()
export class RegionRegistrationService {
  constructor(
    private readonly repository: CatalogRepository,
    private readonly transactions: Transactions,
    private readonly settings: IdentitySettings,
  ) {}

  async register(region: RegisteredRegion): Promise<void> {
    await this.transactions.run(async (tx) => {
      const before = await this.serviceIds(region.id);
      await this.repository.saveRegion(tx, { id: region.id, description: region.description, parentRegionId: null });
      await this.repository.deleteEndpointsOfRegion(tx, region.id);
      const services = await this.repository.listServices({});
      for (const endpoint of [this.ownEndpoint, ...region.endpoints.filter(({ type }) => type !== 'identity')]) {
        const service = await this.service(tx, services, endpoint);
        const row = { id: newId(), serviceId: service.id, regionId: region.id, url: endpoint.url, enabled: true };
        await this.repository.saveEndpoint({ ...row, interface: 'public' }, tx);
      }
      await this.repository.deleteUnusedServices(tx, before);
    });
  }

  /** Idempotent: a region that is not there is gone already. */
  async remove(id: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      const before = await this.serviceIds(id);
      await this.repository.deleteEndpointsOfRegion(tx, id);
      await this.repository.deleteRegion(tx, id);
      await this.repository.deleteUnusedServices(tx, before);
    });
  }

  /** Clients look identity up in the region they use; where it is, identity alone says. */
  private get ownEndpoint() {
    return { type: 'identity', name: 'identity', url: this.settings.base };
  }

  private async serviceIds(regionId: string): Promise<string[]> {
    const endpoints = await this.repository.listEndpoints({ regionId });
    return [...new Set(endpoints.map((endpoint) => endpoint.serviceId))];
  }

  private async service(
    tx: EntityManager,
    known: Service[],
    { type, name }: { type: string; name: string },
  ): Promise<Service> {
    const existing = known.find((service) => service.type === type && service.name === name);
    if (existing) return existing;
    const service = { id: newId(), type, name, description: '', enabled: true };
    await this.repository.saveService(service, tx);
    known.push(service);
    return service;
  }
}
