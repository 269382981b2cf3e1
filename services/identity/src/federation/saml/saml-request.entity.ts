import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import type { RemoteAttributes } from '../mappings/mapping-engine.js';
import type { SamlBinding } from './saml.js';

/** A login that was sent to a provider and may be answered once. */
@Entity('saml_requests')
@Unique('saml_requests_code', ['codeSha256'])
export class SamlRequestEntity {
  /** The AuthnRequest's ID, which the answer names as InResponseTo. */
  @PrimaryColumn({ type: 'varchar', length: 128 })
  id: string;

  @ManyToOne('IdentityProviderEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'identity_provider_id' })
  identityProvider?: unknown;

  @Index()
  @Column({ name: 'identity_provider_id', type: 'varchar', length: 64 })
  identityProviderId: string;

  @Column({ name: 'protocol_id', type: 'varchar', length: 64 })
  protocolId: string;

  /** How the provider's answer comes: posted by a browser, or by a client that speaks ECP. */
  @Column({ type: 'varchar', length: 8, default: 'post' })
  binding: SamlBinding;

  /** The trusted dashboard that asked, or null. */
  @Column({ type: 'text', nullable: true })
  origin: string | null;

  /** Of the secret in the cookie of the browser that began the login. */
  @Column({ name: 'browser_sha256', type: 'varchar', length: 64 })
  browserSha256: string;

  /** Of the code for which that browser gets its token; null until the provider has answered. */
  @Column({ name: 'code_sha256', type: 'varchar', length: 64, nullable: true })
  codeSha256: string | null;

  /** What the provider vouched for. */
  @Column({ type: 'jsonb', nullable: true })
  attributes: RemoteAttributes | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Index()
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt: Date;
}
