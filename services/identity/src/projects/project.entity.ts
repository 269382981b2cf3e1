import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import type { Project } from './project.js';

@Entity('projects')
@Unique(['domainId', 'name'])
export class ProjectEntity implements Project {
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

  @Column({ type: 'boolean', default: true })
  enabled: boolean;

  // RESTRICT: a project with children is not deleted.
  @ManyToOne('ProjectEntity', { onDelete: 'NO ACTION', nullable: true })
  @JoinColumn({ name: 'parent_id' })
  parent?: unknown;

  @Index()
  @Column({ name: 'parent_id', type: 'varchar', length: 64, nullable: true })
  parentId: string | null;

  @Column({ type: 'text', array: true, default: '{}' })
  tags: string[];
}
