import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { LeaseEntity } from '../leases/lease.entity.js';

/** One settled usage record. The primary key is what makes a record settle exactly once. */
@Entity('receipts')
@Check('receipts_amount_check', 'amount >= 0')
export class ReceiptEntity {
  @PrimaryColumn({ type: 'uuid', name: 'lease_id', primaryKeyConstraintName: 'receipts_pkey' })
  leaseId: string;

  @PrimaryColumn({ type: 'int', name: 'usage_seq', primaryKeyConstraintName: 'receipts_pkey' })
  usageSeq: number;

  /** The landlord's signed record. */
  @Column({ type: 'text' })
  usage: string;

  /** The broker's signed receipt. */
  @Column({ type: 'text' })
  receipt: string;

  @Column({ type: 'bigint' })
  amount: string;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @ManyToOne(() => LeaseEntity)
  @JoinColumn({ name: 'lease_id', foreignKeyConstraintName: 'receipts_lease_id_fkey' })
  lease: Relation<LeaseEntity>;
}
