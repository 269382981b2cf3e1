import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('oauth_consumers')
export class OAuthConsumerEntity {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  @Column({ name: 'sealed_secret', type: 'text' })
  sealedSecret: string;
}
