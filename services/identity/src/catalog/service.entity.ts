import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Service } from './catalog.js';

@Entity('services')
@Unique('services_type_name', ['type', 'name'])
export class ServiceEntity implements Service {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  @Index()
  @Column({ type: 'varchar', length: 255 })
  type: string;

  @Column({ type: 'varchar', length: 255, default: '' })
  name: string;

  @Column({ type: 'text', default: '' })
  description: string;

  @Column({ type: 'boolean', default: true })
  enabled: boolean;
}
