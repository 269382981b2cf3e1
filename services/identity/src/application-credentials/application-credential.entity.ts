import type { Budget } from '@ocx/openstack-api/exchange/tokens';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';

@Entity('application_credentials')
@Unique(['userId', 'name'])
export class ApplicationCredentialEntity {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  @ManyToOne('UserEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id' })
  user?: unknown;

  @Column({ name: 'user_id', type: 'varchar', length: 64 })
  userId: string;

  @ManyToOne('ProjectEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'project_id' })
  project?: unknown;

  @Index()
  @Column({ name: 'project_id', type: 'varchar', length: 64 })
  projectId: string;

  @Column({ type: 'varchar', length: 255 })
  name: string;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  @Column({ name: 'secret_hash', type: 'varchar', length: 255 })
  secretHash: string;

  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt: Date | null;

  /** Of its expiry, beyond the milliseconds that a `Date` holds. */
  @Column({ name: 'expires_at_micros', type: 'smallint', default: 0 })
  expiresAtMicros: number;

  @Column({ type: 'boolean', default: false })
  unrestricted: boolean;

  /** Whether access rules bind it at all: none linked and `true` allows nothing. */
  @Column({ name: 'has_access_rules', type: 'boolean', default: false })
  hasAccessRules: boolean;

  /** Its own budget, if it has one, after those of what it was made from. */
  @Column({ type: 'jsonb', default: [] })
  budgets: readonly Budget[];
}
