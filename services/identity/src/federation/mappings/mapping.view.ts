import type { Mapping } from './mapping.js';

export const mappingView = (mapping: Mapping, base: string) => ({
  id: mapping.id,
  rules: mapping.rules,
  schema_version: mapping.schemaVersion,
  links: { self: `${base}/OS-FEDERATION/mappings/${mapping.id}` },
});
