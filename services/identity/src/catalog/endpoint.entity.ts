import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { Endpoint, Interface } from './catalog.js';

@Entity('endpoints')
export class EndpointEntity implements Endpoint {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  @ManyToOne('ServiceEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'service_id' })
  service?: unknown;

  @Index()
  @Column({ name: 'service_id', type: 'varchar', length: 64 })
  serviceId: string;

  @ManyToOne('RegionEntity', { onDelete: 'NO ACTION', nullable: true })
  @JoinColumn({ name: 'region_id' })
  region?: unknown;

  @Index()
  @Column({ name: 'region_id', type: 'varchar', length: 255, nullable: true })
  regionId: string | null;

  @Column({ type: 'varchar', length: 8 })
  interface: Interface;

  @Column({ type: 'text' })
  url: string;

  @Column({ type: 'boolean', default: true })
  enabled: boolean;
}
