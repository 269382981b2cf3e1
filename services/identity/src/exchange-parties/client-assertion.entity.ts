import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Every assertion is good once; its `jti` is kept until it would have expired. */
@Entity('client_assertions')
export class ClientAssertionEntity {
  @PrimaryColumn({ name: 'client_id', type: 'varchar', length: 64 })
  clientId: string;

  @PrimaryColumn({ type: 'varchar', length: 128 })
  jti: string;

  @Index()
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt: Date;
}
