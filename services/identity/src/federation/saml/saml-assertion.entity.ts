import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An assertion that was accepted. The primary key is what makes it good once, across replicas too. */
@Entity('saml_assertions')
export class SamlAssertionEntity {
  @PrimaryColumn({ name: 'identity_provider_id', type: 'varchar', length: 64 })
  identityProviderId: string;

  @PrimaryColumn({ name: 'assertion_id', type: 'varchar', length: 255 })
  assertionId: string;

  @Index()
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt: Date;
}
