import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

/** A login that was sent to a provider and may be answered once. */
@Entity('saml_requests')
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

  /** The trusted dashboard that asked, or null. */
  @Column({ type: 'text', nullable: true })
  origin: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Index()
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt: Date;
}
