import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { AccountKind } from './account.js';

/** The balance is kept by a trigger from the entries, never written by the service. */
@Entity('ledger_accounts')
@Unique('ledger_accounts_owner_key', ['kind', 'owner'])
@Check('ledger_accounts_kind_check', `kind IN ('wallet', 'escrow', 'revenue', 'issuance')`)
@Check('ledger_accounts_funds_check', `kind = 'issuance' OR balance >= 0`)
export class LedgerAccountEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'ledger_accounts_pkey' })
  id: string;

  @Column({ type: 'text' })
  kind: AccountKind;

  /** Project of a wallet, lease of an escrow, landlord of revenue, `exchange` for issuance. */
  @Column({ type: 'text' })
  owner: string;

  /** Micro-credits. */
  @Column({ type: 'bigint', default: 0 })
  balance: string;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
