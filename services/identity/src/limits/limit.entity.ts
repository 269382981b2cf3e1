import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import type { Limit } from './limit.js';

@Entity('limits')
@Unique(['registeredLimitId', 'projectId'])
@Unique(['registeredLimitId', 'domainId'])
@Check('limits_one_owner', 'num_nonnulls("project_id", "domain_id") = 1')
export class LimitEntity implements Limit {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  // A resource that somebody has a limit of is not taken away, but goes with its service.
  @ManyToOne('RegisteredLimitEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'registered_limit_id' })
  registeredLimit?: unknown;

  @Column({ name: 'registered_limit_id', type: 'varchar', length: 64 })
  registeredLimitId: string;

  @ManyToOne('ProjectEntity', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'project_id' })
  project?: unknown;

  @Index()
  @Column({ name: 'project_id', type: 'varchar', length: 64, nullable: true })
  projectId: string | null;

  @ManyToOne('DomainEntity', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'domain_id' })
  domain?: unknown;

  @Index()
  @Column({ name: 'domain_id', type: 'varchar', length: 64, nullable: true })
  domainId: string | null;

  @Column({ name: 'resource_limit', type: 'integer' })
  resourceLimit: number;

  @Column({ type: 'text', nullable: true })
  description: string | null;
}
