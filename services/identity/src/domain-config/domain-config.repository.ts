import { Injectable } from '@nestjs/common';
import type { OptionValue } from '@ocx/openstack-api/identity/domain-config';
import { DataSource, type EntityManager } from 'typeorm';
import type { DomainConfig } from './domain-config.js';
import { DomainConfigOptionEntity } from './domain-config-option.entity.js';

export interface ConfigPlace {
  readonly domainId: string;
  readonly group?: string | undefined;
  readonly option?: string | undefined;
}

const where = ({ domainId, group, option }: ConfigPlace) => ({
  domainId,
  ...(group === undefined ? {} : { group }),
  ...(option === undefined ? {} : { option }),
});

@Injectable()
export class DomainConfigRepository {
  constructor(private readonly dataSource: DataSource) {}

  async find(place: ConfigPlace): Promise<DomainConfig> {
    const rows = await this.dataSource
      .getRepository(DomainConfigOptionEntity)
      .find({ where: where(place), order: { group: 'ASC', option: 'ASC' } });
    const config: Record<string, Record<string, OptionValue>> = {};
    for (const row of rows) (config[row.group] ??= {})[row.option] = JSON.parse(row.value) as OptionValue;
    return config;
  }

  async set(tx: EntityManager, domainId: string, config: DomainConfig): Promise<void> {
    const rows = Object.entries(config).flatMap(([group, options]) =>
      Object.entries(options).map(([option, value]) => ({ domainId, group, option, value: JSON.stringify(value) })),
    );
    await tx.getRepository(DomainConfigOptionEntity).upsert(rows, ['domainId', 'group', 'option']);
  }

  async delete(tx: EntityManager, place: ConfigPlace): Promise<void> {
    await tx.getRepository(DomainConfigOptionEntity).delete(where(place));
  }
}
