import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

/** A remote id (a SAML entity id) names one provider only. */
@Entity('identity_provider_remote_ids')
export class RemoteIdEntity {
  @PrimaryColumn({ name: 'remote_id', type: 'varchar', length: 255 })
  remoteId: string;

  @ManyToOne('IdentityProviderEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'identity_provider_id' })
  identityProvider?: unknown;

  @Index()
  @Column({ name: 'identity_provider_id', type: 'varchar', length: 64 })
  identityProviderId: string;
}
