import { Injectable } from '@nestjs/common';
import { Conflict } from '@ocx/service-kit/errors';
import { DataSource } from 'typeorm';
import { isUniqueViolation } from '../../database/constraints.js';
import { ServiceProviderEntity } from './service-provider.entity.js';
import type { ServiceProvider } from './service-provider.js';

export interface ServiceProviderFilter {
  readonly id?: string | undefined;
  readonly enabled?: boolean | undefined;
}

// Operators keep a few; the bound only keeps an answer finite.
const LIST_LIMIT = 10_000;

@Injectable()
export class ServiceProvidersRepository {
  constructor(private readonly dataSource: DataSource) {}

  list(filter: ServiceProviderFilter): Promise<ServiceProvider[]> {
    const where = {
      ...(filter.id === undefined ? {} : { id: filter.id }),
      ...(filter.enabled === undefined ? {} : { enabled: filter.enabled }),
    };
    return this.dataSource.getRepository(ServiceProviderEntity).find({ where, order: { id: 'ASC' }, take: LIST_LIMIT });
  }

  find(id: string): Promise<ServiceProvider | null> {
    return this.dataSource.getRepository(ServiceProviderEntity).findOneBy({ id });
  }

  async insert(provider: ServiceProvider): Promise<void> {
    await this.dataSource
      .getRepository(ServiceProviderEntity)
      .insert(provider)
      .catch((error: unknown) => {
        if (!isUniqueViolation(error)) throw error;
        throw new Conflict(`Conflict occurred attempting to store service_provider - Duplicate ID, ${provider.id}.`);
      });
  }

  async update(provider: ServiceProvider): Promise<void> {
    await this.dataSource.getRepository(ServiceProviderEntity).update({ id: provider.id }, provider);
  }

  async delete(id: string): Promise<void> {
    await this.dataSource.getRepository(ServiceProviderEntity).delete({ id });
  }
}
