import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { Region } from './catalog.js';

@Entity('regions')
export class RegionEntity implements Region {
  @PrimaryColumn({ type: 'varchar', length: 255 })
  id: string;

  @Column({ type: 'text', default: '' })
  description: string;

  @ManyToOne('RegionEntity', { onDelete: 'NO ACTION', nullable: true })
  @JoinColumn({ name: 'parent_region_id' })
  parentRegion?: unknown;

  @Index()
  @Column({ name: 'parent_region_id', type: 'varchar', length: 255, nullable: true })
  parentRegionId: string | null;
}
