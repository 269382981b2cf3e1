import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { SamlSubject } from './saml.js';

/** A login that its provider may end, or that may be ended there, as long as its token lives. */
@Entity('saml_sessions')
@Index(['identityProviderId', 'nameId'])
export class SamlSessionEntity {
  /** Of the login's token, which everything made from it names. */
  @PrimaryColumn({ name: 'audit_id', type: 'varchar', length: 64 })
  auditId: string;

  @ManyToOne('IdentityProviderEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'identity_provider_id' })
  identityProvider?: unknown;

  @Column({ name: 'identity_provider_id', type: 'varchar', length: 64 })
  identityProviderId: string;

  @Column({ name: 'name_id', type: 'text' })
  nameId: string;

  /** What else the provider said of the name, and of its own session. */
  @Column({ type: 'jsonb' })
  subject: SamlSubject;

  @Index()
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt: Date;
}
