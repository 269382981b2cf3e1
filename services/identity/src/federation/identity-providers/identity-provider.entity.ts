import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { MetadataSource, SamlMetadata } from './identity-provider.js';

@Entity('identity_providers')
export class IdentityProviderEntity {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  @ManyToOne('DomainEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'domain_id' })
  domain?: unknown;

  @Index()
  @Column({ name: 'domain_id', type: 'varchar', length: 64 })
  domainId: string;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  @Column({ type: 'boolean', default: true })
  enabled: boolean;

  @Column({ name: 'authorization_ttl', type: 'int', nullable: true })
  authorizationTtl: number | null;

  @Column({ type: 'jsonb', nullable: true })
  saml: SamlMetadata | null;

  @Column({ name: 'metadata_source', type: 'jsonb', nullable: true })
  metadataSource: MetadataSource | null;

  /** When the source's URL was asked last, by whichever replica, and whatever came of it. */
  @Column({ name: 'metadata_asked_at', type: 'timestamptz', nullable: true })
  metadataAskedAt: Date | null;
}
