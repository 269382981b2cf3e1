import type { Mapping as MappingBody } from '@ocx/openstack-api/identity/mappings';
import type { Mapping } from './mapping.js';

export const mappingView = (mapping: Mapping, base: string): MappingBody => ({
  id: mapping.id,
  rules: [...mapping.rules],
  schema_version: mapping.schemaVersion,
  links: { self: `${base}/OS-FEDERATION/mappings/${mapping.id}` },
});
