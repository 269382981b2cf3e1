import { Injectable } from '@nestjs/common';
import { Conflict } from '@ocx/service-kit/errors';
import { DataSource } from 'typeorm';
import { isForeignKeyViolation, isUniqueViolation } from '../../database/constraints.js';
import type { Mapping } from './mapping.js';
import { MappingEntity } from './mapping.entity.js';

// Operators keep a few; the bound only keeps an answer finite.
const LIST_LIMIT = 10_000;

@Injectable()
export class MappingsRepository {
  constructor(private readonly dataSource: DataSource) {}

  list(): Promise<Mapping[]> {
    return this.dataSource.getRepository(MappingEntity).find({ order: { id: 'ASC' }, take: LIST_LIMIT });
  }

  find(id: string): Promise<Mapping | null> {
    return this.dataSource.getRepository(MappingEntity).findOneBy({ id });
  }

  async insert(mapping: Mapping): Promise<void> {
    await this.dataSource
      .getRepository(MappingEntity)
      .insert({ ...mapping, rules: [...mapping.rules] })
      .catch((error: unknown) => {
        if (!isUniqueViolation(error)) throw error;
        throw new Conflict(`Conflict occurred attempting to store mapping - Duplicate ID, ${mapping.id}.`);
      });
  }

  async update(mapping: Mapping): Promise<void> {
    await this.dataSource
      .getRepository(MappingEntity)
      .update({ id: mapping.id }, { rules: [...mapping.rules], schemaVersion: mapping.schemaVersion });
  }

  async delete(id: string): Promise<void> {
    await this.dataSource
      .getRepository(MappingEntity)
      .delete({ id })
      .catch((error: unknown) => {
        if (!isForeignKeyViolation(error)) throw error;
        throw new Conflict(`Mapping ${id} is used by a protocol.`);
      });
  }
}
