import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EndpointFilters, EndpointGroup } from './endpoint-group.js';

@Entity('endpoint_groups')
export class EndpointGroupEntity implements EndpointGroup {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  @Column({ type: 'varchar', length: 255 })
  name: string;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  @Column({ type: 'jsonb' })
  filters: EndpointFilters;
}
