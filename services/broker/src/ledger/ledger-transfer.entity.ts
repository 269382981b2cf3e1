import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { TransferKind } from './account.js';

@Entity('ledger_transfers')
@Unique('ledger_transfers_reference_key', ['reference'])
@Index('ledger_transfers_lease_idx', ['leaseId'])
@Check('ledger_transfers_kind_check', `kind IN ('grant', 'starting_grant', 'hold', 'charge', 'release')`)
export class LedgerTransferEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'ledger_transfers_pkey' })
  id: string;

  @Column({ type: 'text' })
  kind: TransferKind;

  /** Names the one event that this transfer books, so that it is booked once. */
  @Column({ type: 'text' })
  reference: string;

  @Column({ type: 'uuid', name: 'lease_id', nullable: true })
  leaseId: string | null;

  /** Who caused it: a user id, or `system`. */
  @Column({ type: 'text', name: 'caused_by' })
  causedBy: string;

  /** Of the booking itself: several transfers of one transaction keep their order in a statement. */
  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'clock_timestamp()' })
  createdAt: Date;
}
