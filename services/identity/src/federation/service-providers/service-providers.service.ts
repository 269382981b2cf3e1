import { Injectable } from '@nestjs/common';
import { NotFound } from '@ocx/service-kit/errors';
import type { ServiceProvider } from './service-provider.js';
import { type ServiceProviderFilter, ServiceProvidersRepository } from './service-providers.repository.js';

export type ServiceProviderChange = {
  readonly [Field in keyof Omit<ServiceProvider, 'id'>]?: ServiceProvider[Field] | undefined;
};

/** Another replica's change shows in tokens after this time; one of this process at once. */
const KNOWN_MS = 1000;

/** The register of other clouds, which every token names as long as they are enabled. */
@Injectable()
export class ServiceProvidersService {
  private known: { readonly until: number; readonly enabled: Promise<ServiceProvider[]> } | undefined;

  constructor(private readonly repository: ServiceProvidersRepository) {}

  list(filter: ServiceProviderFilter): Promise<ServiceProvider[]> {
    return this.repository.list(filter);
  }

  /** Those that tokens name; asked for with every token, so not of the database each time. */
  async enabled(): Promise<readonly ServiceProvider[]> {
    if (!this.known || this.known.until < Date.now()) {
      this.known = { until: Date.now() + KNOWN_MS, enabled: this.repository.list({ enabled: true }) };
    }
    const { known } = this;
    try {
      return await known.enabled;
    } catch (error) {
      if (this.known === known) this.known = undefined;
      throw error;
    }
  }

  async show(id: string): Promise<ServiceProvider> {
    const provider = await this.repository.find(id);
    if (!provider) throw new NotFound(`Could not find Service Provider: ${id}.`);
    return provider;
  }

  async create(provider: ServiceProvider): Promise<ServiceProvider> {
    await this.repository.insert(provider);
    this.known = undefined;
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
    this.known = undefined;
    return after;
  }

  async delete(id: string): Promise<void> {
    await this.show(id);
    await this.repository.delete(id);
    this.known = undefined;
  }
}
