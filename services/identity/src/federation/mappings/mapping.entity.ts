import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { MappingRule, SchemaVersion } from '@ocx/openstack-api/identity/mappings';

@Entity('mappings')
export class MappingEntity {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  @Column({ type: 'jsonb' })
  rules: MappingRule[];

  @Column({ name: 'schema_version', type: 'varchar', length: 8, default: '1.0' })
  schemaVersion: SchemaVersion;
}
