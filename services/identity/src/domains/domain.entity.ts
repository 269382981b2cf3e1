import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Domain } from './domain.js';

@Entity('domains')
export class DomainEntity implements Domain {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  @Column({ type: 'varchar', length: 64, unique: true })
  name: string;

  @Column({ type: 'text', default: '' })
  description: string;

  @Column({ type: 'boolean', default: true })
  enabled: boolean;
}
