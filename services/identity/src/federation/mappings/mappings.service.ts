import { Injectable } from '@nestjs/common';
import { InvalidInput, NotFound } from '@ocx/service-kit/errors';
import { invalidRules } from './mapping-engine.js';
import type { Mapping } from './mapping.js';
import type { MappingRule, SchemaVersion } from '@ocx/openstack-api/identity/mappings';
import { MappingsRepository } from './mappings.repository.js';

@Injectable()
export class MappingsService {
  constructor(private readonly repository: MappingsRepository) {}

  list(): Promise<Mapping[]> {
    return this.repository.list();
  }

  async show(id: string): Promise<Mapping> {
    const mapping = await this.repository.find(id);
    if (!mapping) throw new NotFound(`Could not find mapping: ${id}.`);
    return mapping;
  }

  async create(id: string, rules: readonly MappingRule[], schemaVersion: SchemaVersion = '1.0'): Promise<Mapping> {
    const mapping = this.checked({ id, rules, schemaVersion });
    await this.repository.insert(mapping);
    return mapping;
  }

  async update(id: string, rules: readonly MappingRule[], schemaVersion?: SchemaVersion): Promise<Mapping> {
    const before = await this.show(id);
    const mapping = this.checked({ id, rules, schemaVersion: schemaVersion ?? before.schemaVersion });
    await this.repository.update(mapping);
    return mapping;
  }

  async delete(id: string): Promise<void> {
    await this.show(id);
    await this.repository.delete(id);
  }

  private checked(mapping: Mapping): Mapping {
    const problem = invalidRules(mapping);
    if (problem !== undefined) throw new InvalidInput(problem);
    return mapping;
  }
}
