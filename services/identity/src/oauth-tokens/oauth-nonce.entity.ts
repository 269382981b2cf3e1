import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A signed request that was used. The hash is of its consumer, its token, its time and its nonce. */
@Entity('oauth_nonces')
export class OAuthNonceEntity {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  sha256: string;

  @Index()
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt: Date;
}
