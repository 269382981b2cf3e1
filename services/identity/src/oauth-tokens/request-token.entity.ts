import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

/** What a consumer asked for, and who agreed. */
@Entity('oauth_request_tokens')
export class RequestTokenEntity {
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

  /** Who authorized it; null until somebody did. */
  @ManyToOne('UserEntity', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'user_id' })
  user?: unknown;

  @Index()
  @Column({ name: 'user_id', type: 'varchar', length: 64, nullable: true })
  userId: string | null;

  @Column({ name: 'role_ids', type: 'varchar', length: 64, array: true, default: '{}' })
  roleIds: string[];

  @Column({ name: 'verifier_sha256', type: 'varchar', length: 64, nullable: true })
  verifierSha256: string | null;

  @Index()
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt: Date;
}
