import { Column, Entity, Index, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';

/** How a user's logins went. Apart from the user, for it is written at logins and the user is not. */
@Entity('user_logins')
export class UserLoginEntity {
  @OneToOne('UserEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id' })
  user?: unknown;

  @PrimaryColumn({ name: 'user_id', type: 'varchar', length: 64 })
  userId: string;

  @Column({ name: 'failed_count', type: 'int', default: 0 })
  failedCount: number;

  @Column({ name: 'failed_at', type: 'timestamptz', nullable: true })
  failedAt: Date | null;

  @Index()
  @Column({ name: 'last_active_on', type: 'date' })
  lastActiveOn: string;

  /** The time step of the last passcode that was taken: RFC 6238 wants each to be good once. */
  @Column({ name: 'passcode_step', type: 'bigint', nullable: true })
  passcodeStep: string | null;
}
