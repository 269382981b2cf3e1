import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

@Entity('group_memberships')
export class GroupMembershipEntity {
  @ManyToOne('UserEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id' })
  user?: unknown;

  @PrimaryColumn({ name: 'user_id', type: 'varchar', length: 64 })
  userId: string;

  @ManyToOne('GroupEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'group_id' })
  group?: unknown;

  @Index()
  @PrimaryColumn({ name: 'group_id', type: 'varchar', length: 64 })
  groupId: string;

  /** True for a membership that a federation mapping gave; it is renewed or withdrawn at each login. */
  @Column({ type: 'boolean', default: false })
  mapped: boolean;

  /** End of a mapped membership by the provider's `authorization_ttl`; null when it lasts until the next login. */
  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt: Date | null;
}
