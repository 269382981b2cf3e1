export type AccountKind = 'wallet' | 'escrow' | 'revenue' | 'issuance';
export type TransferKind = 'grant' | 'starting_grant' | 'hold' | 'charge' | 'release';

/** Names an account: a project's wallet, a lease's escrow, a landlord's revenue, the exchange's issuance. */
export interface AccountName {
  readonly kind: AccountKind;
  readonly owner: string;
}

export interface Account extends AccountName {
  readonly id: string;
  /** Micro-credits. */
  readonly balance: bigint;
}

export interface Transfer {
  readonly kind: TransferKind;
  readonly reference: string;
  readonly leaseId?: string | undefined;
  readonly causedBy: string;
  readonly from: AccountName;
  readonly to: AccountName;
  /** Micro-credits, positive. */
  readonly amount: bigint;
}

export interface StatementLine {
  readonly id: string;
  readonly kind: TransferKind;
  readonly leaseId: string | null;
  /** Micro-credits; positive into the account. */
  readonly amount: bigint;
  readonly at: Date;
}

export const wallet = (projectId: string): AccountName => ({ kind: 'wallet', owner: projectId });
export const escrow = (leaseId: string): AccountName => ({ kind: 'escrow', owner: leaseId });
export const revenue = (landlordId: string): AccountName => ({ kind: 'revenue', owner: landlordId });
export const issuance: AccountName = { kind: 'issuance', owner: 'exchange' };
