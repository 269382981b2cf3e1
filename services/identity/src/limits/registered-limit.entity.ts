import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { RegisteredLimit } from './limit.js';

// NULLs are distinct to PostgreSQL, so a resource without a region has an index of its own.
@Entity('registered_limits')
@Index('registered_limits_resource', ['serviceId', 'regionId', 'resourceName'], { unique: true })
@Index('registered_limits_anywhere', ['serviceId', 'resourceName'], { unique: true, where: '"region_id" IS NULL' })
export class RegisteredLimitEntity implements RegisteredLimit {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  @ManyToOne('ServiceEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'service_id' })
  service?: unknown;

  @Column({ name: 'service_id', type: 'varchar', length: 64 })
  serviceId: string;

  @ManyToOne('RegionEntity', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'region_id' })
  region?: unknown;

  @Index()
  @Column({ name: 'region_id', type: 'varchar', length: 255, nullable: true })
  regionId: string | null;

  @Column({ name: 'resource_name', type: 'varchar', length: 255 })
  resourceName: string;

  @Column({ name: 'default_limit', type: 'integer' })
  defaultLimit: number;

  @Column({ type: 'text', nullable: true })
  description: string | null;
}
