import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Realm } from '../owner.js';
import type { VolumeStatus } from './volume.js';

@Entity('volumes')
@Index('volumes_owner', ['realm', 'projectId', 'createdAt', 'id'])
@Index('volumes_lease', ['leaseId'], { unique: true, where: 'lease_id IS NOT NULL' })
@Check('volumes_realm', `realm IN ('exchange', 'own') AND (realm = 'exchange') = (lease_id IS NOT NULL)`)
@Check('volumes_size', 'size > 0')
export class VolumeEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'volumes_pkey' })
  id: string;

  @Column('varchar', { length: 8 })
  realm: Realm;

  @Column('varchar', { name: 'project_id', length: 64 })
  projectId: string;

  @Column('varchar', { name: 'user_id', length: 64 })
  userId: string;

  @Column('uuid', { name: 'lease_id', nullable: true })
  leaseId: string | null;

  @Column('varchar', { length: 255, nullable: true })
  name: string | null;

  @Column('varchar', { length: 255, nullable: true })
  description: string | null;

  @Column('integer')
  size: number;

  @Column('varchar', { name: 'volume_type_id', length: 64 })
  volumeTypeId: string;

  @Column('jsonb', { default: {} })
  metadata: Record<string, string>;

  @Column('varchar', { length: 32 })
  status: VolumeStatus;

  @Column('boolean', { default: false })
  bootable: boolean;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', nullable: true })
  updatedAt: Date | null;
}
