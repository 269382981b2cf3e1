import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { LeaseEntity } from '../leases/lease.entity.js';

export type AmendmentState = 'pending' | 'accepted' | 'refused';

/** A lease that was to take the place of the one in force, and that one. The rows of a lease are its history. */
@Entity('lease_amendments')
@Index('lease_amendments_pending_key', ['leaseId'], { unique: true, where: `state = 'pending'` })
@Check('lease_amendments_state_check', `state IN ('pending', 'accepted', 'refused')`)
@Check('lease_amendments_escrow_check', 'escrow >= 0')
export class LeaseAmendmentEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'lease_amendments_pkey' })
  id: string;

  @Column({ type: 'uuid', name: 'lease_id' })
  leaseId: string;

  @Column({ type: 'bigint' })
  quantity: string;

  /** Micro-credits held for it beside what the lease held before. */
  @Column({ type: 'bigint' })
  escrow: string;

  /** The amended lease as the broker signed it. */
  @Column({ type: 'text' })
  document: string;

  /** What was in force when it was drawn up, signed by both. */
  @Column({ type: 'text', name: 'replaced_document' })
  replacedDocument: string;

  @Column({ type: 'text', name: 'replaced_acceptance' })
  replacedAcceptance: string;

  @Column({ type: 'text', default: 'pending' })
  state: AmendmentState;

  @Column({ type: 'text', nullable: true })
  reason: string | null;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @ManyToOne(() => LeaseEntity)
  @JoinColumn({ name: 'lease_id', foreignKeyConstraintName: 'lease_amendments_lease_id_fkey' })
  lease: Relation<LeaseEntity>;
}
