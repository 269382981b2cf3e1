import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { LandlordEntity } from './landlord.entity.js';

/** A landlord's move as it was signed: under way until `applied_at`, and kept for good. */
@Entity('landlord_moves')
@Unique('landlord_moves_sha256_key', ['sha256'])
export class LandlordMoveEntity {
  @PrimaryColumn({ type: 'text', name: 'landlord_id', primaryKeyConstraintName: 'landlord_moves_pkey' })
  landlordId: string;

  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'landlord_moves_pkey' })
  seq: number;

  @ManyToOne(() => LandlordEntity)
  @JoinColumn({ name: 'landlord_id', foreignKeyConstraintName: 'landlord_moves_landlord_id_fkey' })
  landlord?: LandlordEntity;

  @Column({ type: 'text' })
  move: string;

  @Column({ type: 'text', nullable: true })
  consent: string | null;

  @Column({ type: 'text' })
  sha256: string;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'applied_at', nullable: true })
  appliedAt: Date | null;
}
