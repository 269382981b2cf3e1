import { Column, Entity, Generated, Index, PrimaryColumn } from 'typeorm';

@Entity({ name: 'keypairs' })
@Index('keypairs_number', ['number'], { unique: true })
export class KeypairEntity {
  @PrimaryColumn({ name: 'user_id', type: 'text', primaryKeyConstraintName: 'keypairs_pkey' })
  userId: string;

  @PrimaryColumn({ type: 'text', collation: 'C', primaryKeyConstraintName: 'keypairs_pkey' })
  name: string;

  /** Nova shows a number in a key pair's detail. */
  @Column({ type: 'integer' })
  @Generated('increment')
  number: number;

  @Column({ type: 'text' })
  type: 'ssh' | 'x509';

  @Column({ name: 'public_key', type: 'text' })
  publicKey: string;

  @Column({ type: 'text' })
  fingerprint: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
