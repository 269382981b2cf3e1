import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import type { Group } from './group.js';

@Entity('groups')
@Unique(['domainId', 'name'])
export class GroupEntity implements Group {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  @ManyToOne('DomainEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'domain_id' })
  domain?: unknown;

  @Column({ name: 'domain_id', type: 'varchar', length: 64 })
  domainId: string;

  @Column({ type: 'varchar', length: 64 })
  name: string;

  @Column({ type: 'text', default: '' })
  description: string;
}
