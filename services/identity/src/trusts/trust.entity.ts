import type { Budget } from '@ocx/openstack-api/exchange/tokens';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

@Entity('trusts')
export class TrustEntity {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  @ManyToOne('UserEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'trustor_user_id' })
  trustor?: unknown;

  @Index()
  @Column({ name: 'trustor_user_id', type: 'varchar', length: 64 })
  trustorUserId: string;

  @ManyToOne('UserEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'trustee_user_id' })
  trustee?: unknown;

  @Index()
  @Column({ name: 'trustee_user_id', type: 'varchar', length: 64 })
  trusteeUserId: string;

  @ManyToOne('ProjectEntity', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'project_id' })
  project?: unknown;

  @Index()
  @Column({ name: 'project_id', type: 'varchar', length: 64, nullable: true })
  projectId: string | null;

  @Column({ type: 'boolean' })
  impersonation: boolean;

  @Index()
  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt: Date | null;

  /** Of its expiry, beyond the milliseconds that a `Date` holds. */
  @Column({ name: 'expires_at_micros', type: 'smallint', default: 0 })
  expiresAtMicros: number;

  @Column({ name: 'remaining_uses', type: 'int', nullable: true })
  remainingUses: number | null;

  // A trust that was made from another ends with it.
  @ManyToOne('TrustEntity', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'redelegated_trust_id' })
  redelegatedTrust?: unknown;

  @Index()
  @Column({ name: 'redelegated_trust_id', type: 'varchar', length: 64, nullable: true })
  redelegatedTrustId: string | null;

  @Column({ name: 'redelegation_count', type: 'int', default: 0 })
  redelegationCount: number;

  /** Its own budget, if it has one, after those of what it was made from. */
  @Column({ type: 'jsonb', default: [] })
  budgets: readonly Budget[];
}
