import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

/** Roles of a user on a project, in the hands of a consumer. */
@Entity('oauth_access_tokens')
export class AccessTokenEntity {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  @Column({ name: 'sealed_secret', type: 'text' })
  sealedSecret: string;

  @ManyToOne('OAuthConsumerEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'consumer_id' })
  consumer?: unknown;

  @Index()
  @Column({ name: 'consumer_id', type: 'varchar', length: 64 })
  consumerId: string;

  @ManyToOne('ProjectEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'project_id' })
  project?: unknown;

  @Index()
  @Column({ name: 'project_id', type: 'varchar', length: 64 })
  projectId: string;

  @ManyToOne('UserEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id' })
  user?: unknown;

  @Index()
  @Column({ name: 'user_id', type: 'varchar', length: 64 })
  userId: string;

  @Column({ name: 'role_ids', type: 'varchar', length: 64, array: true })
  roleIds: string[];

  /** Null: it does not end by itself. */
  @Index()
  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt: Date | null;
}
