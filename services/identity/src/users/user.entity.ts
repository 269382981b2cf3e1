import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import type { User, UserOptions } from './user.js';

@Entity('users')
@Unique(['domainId', 'name'])
export class UserEntity implements User {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  @ManyToOne('DomainEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'domain_id' })
  domain?: unknown;

  @Column({ name: 'domain_id', type: 'varchar', length: 64 })
  domainId: string;

  @Column({ type: 'varchar', length: 255 })
  name: string;

  @Column({ type: 'boolean', default: true })
  enabled: boolean;

  @Column({ type: 'varchar', length: 255, nullable: true })
  email: string | null;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  @ManyToOne('ProjectEntity', { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'default_project_id' })
  defaultProject?: unknown;

  @Column({ name: 'default_project_id', type: 'varchar', length: 64, nullable: true })
  defaultProjectId: string | null;

  @Column({ name: 'password_hash', type: 'varchar', length: 255, nullable: true })
  passwordHash: string | null;

  @Column({ name: 'password_created_at', type: 'timestamptz', nullable: true })
  passwordCreatedAt: Date | null;

  @Index()
  @Column({ name: 'password_expires_at', type: 'timestamptz', nullable: true })
  passwordExpiresAt: Date | null;

  @Column({ name: 'password_self_service', type: 'boolean', default: false })
  passwordSelfService: boolean;

  @Column({ type: 'jsonb', default: {} })
  options: UserOptions;

  @ManyToOne('IdentityProviderEntity', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'identity_provider_id' })
  identityProvider?: unknown;

  @Index()
  @Column({ name: 'identity_provider_id', type: 'varchar', length: 64, nullable: true })
  identityProviderId: string | null;

  @Column({ name: 'protocol_id', type: 'varchar', length: 64, nullable: true })
  protocolId: string | null;

  @Column({ type: 'jsonb', default: {} })
  extra: Record<string, unknown>;
}
