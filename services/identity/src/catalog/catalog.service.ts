import { Injectable } from '@nestjs/common';
import { InvalidInput, NotFound } from '@ocx/service-kit/errors';
import { type FreshRead, FreshReads } from '../database/fresh-reads.js';
import { Transactions } from '../database/transactions.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { newId } from '../wire/id.js';
import type { CatalogEndpoint, Endpoint, Interface, Region, Service } from './catalog.js';
import { CatalogRepository, type ServiceFilter } from './catalog.repository.js';

export interface EndpointFields {
  readonly serviceId: string;
  readonly interface: Interface;
  readonly url: string;
  readonly regionId: string | null;
  readonly enabled: boolean;
}

/** A change: fields that are undefined stay. */
type Change<T> = { readonly [Field in keyof T]?: T[Field] | undefined };

function changed<T extends object>(before: T, change: Change<T>): T {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  return { ...before, ...Object.fromEntries(given) };
}

@Injectable()
export class CatalogService {
  private readonly known: FreshRead<readonly CatalogEndpoint[]>;

  constructor(
    private readonly repository: CatalogRepository,
    private readonly transactions: Transactions,
    private readonly settings: IdentitySettings,
    reads: FreshReads,
  ) {
    this.known = reads.of({
      tables: ['services', 'endpoints', 'endpoint_groups', 'project_endpoints', 'project_endpoint_groups'],
      max: 1000,
    });
  }

  /** What a token shows: of a project, only what the project was given, if anything was. */
  catalog(projectId?: string): Promise<readonly CatalogEndpoint[]> {
    return this.known.get(projectId ?? '', () => this.repository.catalog(projectId));
  }

  listRegions(filter: { parentRegionId?: string | undefined }): Promise<Region[]> {
    return this.repository.listRegions(filter);
  }

  async showRegion(id: string): Promise<Region> {
    const region = await this.repository.findRegion(id);
    if (!region) throw new NotFound(`Could not find region: ${id}.`);
    return region;
  }

  async createRegion(region: Region): Promise<Region> {
    await this.repository.insertRegion(region);
    return region;
  }

  async updateRegion(id: string, change: Change<Omit<Region, 'id'>>): Promise<Region> {
    const region: Region = { ...changed<Omit<Region, 'id'>>(await this.showRegion(id), change), id };
    const { parentRegionId } = region;
    if (parentRegionId !== null && (await this.repository.isAbove(id, parentRegionId))) {
      throw new InvalidInput(`The specified parent region ${parentRegionId} would create a circular region hierarchy.`);
    }
    await this.transactions.run((tx) => this.repository.saveRegion(tx, region));
    return region;
  }

  async deleteRegion(id: string): Promise<void> {
    await this.showRegion(id);
    await this.transactions.run((tx) => this.repository.deleteRegion(tx, id));
  }

  listServices(filter: ServiceFilter): Promise<Service[]> {
    return this.repository.listServices(filter);
  }

  async showService(id: string): Promise<Service> {
    const service = await this.repository.findService(id);
    if (!service) throw new NotFound(`Could not find service: ${id}.`);
    return service;
  }

  async createService(fields: Omit<Service, 'id'>): Promise<Service> {
    const service = { ...fields, id: newId() };
    await this.repository.saveService(service);
    return service;
  }

  async updateService(id: string, change: Change<Omit<Service, 'id'>>): Promise<Service> {
    const service: Service = { ...changed<Omit<Service, 'id'>>(await this.showService(id), change), id };
    await this.repository.saveService(service);
    return service;
  }

  async deleteService(id: string): Promise<void> {
    await this.showService(id);
    await this.repository.deleteService(id);
  }

  listEndpoints(filter: Parameters<CatalogRepository['listEndpoints']>[0]): Promise<Endpoint[]> {
    return this.repository.listEndpoints(filter);
  }

  async showEndpoint(id: string): Promise<Endpoint> {
    const endpoint = await this.repository.findEndpoint(id);
    if (!endpoint) throw new NotFound(`Could not find endpoint: ${id}.`);
    return endpoint;
  }

  async createEndpoint(fields: EndpointFields): Promise<Endpoint> {
    return this.saveEndpoint({ ...fields, id: newId() });
  }

  async updateEndpoint(id: string, change: Change<EndpointFields>): Promise<Endpoint> {
    const endpoint = await this.showEndpoint(id);
    return this.saveEndpoint({ ...changed<EndpointFields>(endpoint, change), id });
  }

  private async saveEndpoint(endpoint: Endpoint): Promise<Endpoint> {
    await this.showService(endpoint.serviceId);
    if (endpoint.regionId !== null) await this.showRegion(endpoint.regionId);
    await this.repository.saveEndpoint(endpoint);
    return endpoint;
  }

  async deleteEndpoint(id: string): Promise<void> {
    await this.showEndpoint(id);
    await this.repository.deleteEndpoint(id);
  }

  /** The `region` of an endpoint written in the older way: made when it is not there. */
  async ensureRegion(id: string): Promise<string> {
    if (!(await this.repository.findRegion(id))) {
      await this.createRegion({ id, description: '', parentRegionId: null });
    }
    return id;
  }

  /** Identity's own endpoints follow its public URL: the configuration outranks what an earlier start stored. */
  async ensureOwnEndpoints(serviceId: string, regionId: string): Promise<void> {
    const url = this.settings.base;
    const existing = await this.repository.listEndpoints({ serviceId });
    for (const endpoint of existing) {
      if (endpoint.url !== url) await this.repository.saveEndpoint({ ...endpoint, url });
    }
    if (existing.some((endpoint) => endpoint.regionId === regionId && endpoint.interface === 'public')) return;
    await this.createEndpoint({ serviceId, regionId, interface: 'public', url, enabled: true });
  }
}
