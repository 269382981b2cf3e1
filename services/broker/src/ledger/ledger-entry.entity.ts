import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { LedgerAccountEntity } from './ledger-account.entity.js';
import { LedgerTransferEntity } from './ledger-transfer.entity.js';

/** One side of a transfer. Never updated or deleted: a trigger refuses it. */
@Entity('ledger_entries')
@Index('ledger_entries_account_idx', ['accountId', 'transferId'])
@Check('ledger_entries_amount_check', 'amount <> 0')
export class LedgerEntryEntity {
  @PrimaryColumn({ type: 'uuid', name: 'transfer_id', primaryKeyConstraintName: 'ledger_entries_pkey' })
  transferId: string;

  @PrimaryColumn({ type: 'uuid', name: 'account_id', primaryKeyConstraintName: 'ledger_entries_pkey' })
  accountId: string;

  /** Micro-credits; positive into the account, negative out of it. */
  @Column({ type: 'bigint' })
  amount: string;

  @ManyToOne(() => LedgerTransferEntity)
  @JoinColumn({ name: 'transfer_id', foreignKeyConstraintName: 'ledger_entries_transfer_id_fkey' })
  transfer: Relation<LedgerTransferEntity>;

  @ManyToOne(() => LedgerAccountEntity)
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'ledger_entries_account_id_fkey' })
  account: Relation<LedgerAccountEntity>;
}
