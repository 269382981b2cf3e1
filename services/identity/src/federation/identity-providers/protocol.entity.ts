import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { Protocol } from './identity-provider.js';

@Entity('federation_protocols')
export class ProtocolEntity implements Protocol {
  @ManyToOne('IdentityProviderEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'identity_provider_id' })
  identityProvider?: unknown;

  @PrimaryColumn({ name: 'identity_provider_id', type: 'varchar', length: 64 })
  identityProviderId: string;

  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  @ManyToOne('MappingEntity', { onDelete: 'NO ACTION', nullable: false })
  @JoinColumn({ name: 'mapping_id' })
  mapping?: unknown;

  @Index()
  @Column({ name: 'mapping_id', type: 'varchar', length: 64 })
  mappingId: string;

  @Column({ name: 'remote_id_attribute', type: 'varchar', length: 64, nullable: true })
  remoteIdAttribute: string | null;
}
