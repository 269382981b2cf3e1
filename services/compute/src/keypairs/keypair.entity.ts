import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('keypairs')
export class KeypairEntity {
  @PrimaryColumn('varchar', { length: 8 })
  realm: 'exchange' | 'own';

  @PrimaryColumn('varchar', { name: 'user_id', length: 64 })
  userId: string;

  @PrimaryColumn('varchar', { length: 255 })
  name: string;

  @Column('text', { name: 'public_key' })
  publicKey: string;

  @Column('varchar', { length: 64 })
  fingerprint: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
