import type { MappingRule } from './mapping.schema.js';

export interface Mapping {
  readonly id: string;
  readonly rules: readonly MappingRule[];
  readonly schemaVersion: string;
}
