import type { MappingRule, SchemaVersion } from '@ocx/openstack-api/identity/mappings';

export interface Mapping {
  readonly id: string;
  readonly rules: readonly MappingRule[];
  readonly schemaVersion: SchemaVersion;
}
