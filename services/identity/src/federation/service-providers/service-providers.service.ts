import { Injectable } from '@nestjs/common';
import { type FreshRead, FreshReads } from '../../database/fresh-reads.js';
import { NotFound } from '@ocx/service-kit/errors';
import type { ServiceProvider } from './service-provider.js';
import { type ServiceProviderFilter, ServiceProvidersRepository } from './service-providers.repository.js';

export type ServiceProviderChange = {
  readonly [Field in keyof Omit<ServiceProvider, 'id'>]?: ServiceProvider[Field] | undefined;
};

/** The register of other clouds, which every token names as long as they are enabled. */
@Injectable()
export class ServiceProvidersService {
  private readonly known: FreshRead<ServiceProvider[]>;

  constructor(
    private readonly repository: ServiceProvidersRepository,
    reads: FreshReads,
  ) {
    this.known = reads.of({ tables: ['service_providers'], max: 1 });
  }

  list(filter: ServiceProviderFilter): Promise<ServiceProvider[]> {
    return this.repository.list(filter);
  }

  /** Those that tokens name. */
  enabled(): Promise<readonly ServiceProvider[]> {
    return this.known.get('', () => this.repository.list({ enabled: true }));
  }

  async show(id: string): Promise<ServiceProvider> {
    const provider = await this.repository.find(id);
    if (!provider) throw new NotFound(`Could not find Service Provider: ${id}.`);
    return provider;
  }

  async create(provider: ServiceProvider): Promise<ServiceProvider> {
    await this.repository.insert(provider);
    return provider;
  }

  async update(id: string, change: ServiceProviderChange): Promise<ServiceProvider> {
    const before = await this.show(id);
    const after: ServiceProvider = {
      id,
      authUrl: change.authUrl ?? before.authUrl,
      spUrl: change.spUrl ?? before.spUrl,
      description: change.description === undefined ? before.description : change.description,
      enabled: change.enabled ?? before.enabled,
      relayStatePrefix: change.relayStatePrefix ?? before.relayStatePrefix,
    };
    await this.repository.update(after);
    return after;
  }

  async delete(id: string): Promise<void> {
    await this.show(id);
    await this.repository.delete(id);
  }
}
