import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, QueryFailedError, type EntityManager } from 'typeorm';
import { Conflict } from '@ocx/service-kit/errors';
import type { Account, AccountName, StatementLine, Transfer } from './account.js';
import { LedgerAccountEntity } from './ledger-account.entity.js';

interface StatementRow {
  id: string;
  kind: StatementLine['kind'];
  lease_id: string | null;
  amount: string;
  created_at: Date;
}

@Injectable()
export class LedgerRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async account(name: AccountName, manager: EntityManager = this.dataSource.manager): Promise<Account | undefined> {
    const row = await manager.getRepository(LedgerAccountEntity).findOneBy({ kind: name.kind, owner: name.owner });
    return row ? { id: row.id, kind: row.kind, owner: row.owner, balance: BigInt(row.balance) } : undefined;
  }

  /** The account, locked until the transaction ends; opened when it does not exist yet. */
  async lock(manager: EntityManager, name: AccountName): Promise<{ account: Account; opened: boolean }> {
    const known = await this.locked(manager, name);
    if (known) return { account: known, opened: false };
    const opened = await this.open(manager, [name]);
    const account = await this.locked(manager, name);
    if (!account) throw new Error('A ledger account vanished.');
    return { account, opened: opened.some((one) => one.opened) };
  }

  /**
   * Books one transfer, within the caller's transaction. Both accounts are opened as needed. Throws `Conflict` with
   * reason `no_funds` when an account would go below zero: the constraint decides, not a balance read before.
   */
  async post(manager: EntityManager, transfer: Transfer): Promise<void> {
    if (transfer.amount <= 0n) throw new Error('A transfer moves a positive amount.');
    const [from, to] = await this.ids(manager, transfer.from, transfer.to);
    const sides: [string, bigint][] = [
      [from, -transfer.amount],
      [to, transfer.amount],
    ];
    // Accounts are touched in one order by everybody, so that two transfers cannot wait for one another.
    sides.sort(([a], [b]) => (a < b ? -1 : 1));
    const { kind, reference, leaseId, causedBy } = transfer;
    const entries = await manager
      .query<unknown[]>(
        `WITH booked AS (
           INSERT INTO ledger_transfers (id, kind, reference, lease_id, caused_by) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (reference) DO NOTHING RETURNING id)
         INSERT INTO ledger_entries (transfer_id, account_id, amount)
         SELECT booked.id, side.account_id, side.amount
           FROM booked, unnest($6::uuid[], $7::bigint[]) AS side (account_id, amount) RETURNING 1`,
        [
          randomUUID(),
          ...[kind, reference, leaseId ?? null, causedBy],
          sides.map(([account]) => account),
          sides.map(([, amount]) => amount.toString()),
        ],
      )
      .catch((error: unknown) => {
        throw isOverdraft(error)
          ? new Conflict('The account does not hold enough credits.', { reason: 'no_funds' })
          : error;
      });
    if (entries.length === 0) throw new Conflict('This was booked before.', { reason: 'already_booked' });
  }

  async statement(accountId: string, limit: number, marker?: string): Promise<StatementLine[]> {
    const rows: StatementRow[] = await this.dataSource.query(
      `SELECT t.id, t.kind, t.lease_id, e.amount, t.created_at
       FROM ledger_entries e JOIN ledger_transfers t ON t.id = e.transfer_id
       WHERE e.account_id = $1
         AND ($3::uuid IS NULL OR (t.created_at, t.id) < (SELECT m.created_at, m.id FROM ledger_transfers m WHERE m.id = $3))
       ORDER BY t.created_at DESC, t.id DESC LIMIT $2`,
      [accountId, limit, marker ?? null],
    );
    return rows.map((row) => ({
      id: row.id,
      kind: row.kind,
      leaseId: row.lease_id,
      amount: BigInt(row.amount),
      at: row.created_at,
    }));
  }

  private async locked(manager: EntityManager, name: AccountName): Promise<Account | undefined> {
    const [row]: { id: string; balance: string }[] = await manager.query(
      `SELECT id, balance FROM ledger_accounts WHERE kind = $1 AND owner = $2 FOR UPDATE`,
      [name.kind, name.owner],
    );
    return row && { ...name, id: row.id, balance: BigInt(row.balance) };
  }

  /** These accounts, opened where they did not exist; without one that another transaction opens at this moment. */
  private async open(
    manager: EntityManager,
    names: readonly AccountName[],
  ): Promise<(Pick<Account, 'id' | 'kind' | 'owner'> & { opened: boolean })[]> {
    return manager.query(
      `WITH named AS (SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[]) AS named (id, kind, owner)),
            known AS (SELECT id, kind, owner FROM ledger_accounts WHERE (kind, owner) IN (SELECT kind, owner FROM named)),
            opened AS (
              INSERT INTO ledger_accounts (id, kind, owner)
              SELECT id, kind, owner FROM named WHERE (kind, owner) NOT IN (SELECT kind, owner FROM known)
              ON CONFLICT (kind, owner) DO NOTHING RETURNING id, kind, owner)
       SELECT *, FALSE AS opened FROM known UNION ALL SELECT *, TRUE FROM opened`,
      [names.map(() => randomUUID()), names.map(({ kind }) => kind), names.map(({ owner }) => owner)],
    );
  }

  private async ids(manager: EntityManager, from: AccountName, to: AccountName): Promise<[string, string]> {
    const names = [from, to] as const;
    let rows = await this.open(manager, names);
    // Somebody else opened one while this statement ran, which therefore neither saw nor made it.
    if (rows.length < names.length) rows = await this.open(manager, names);
    const [fromId, toId] = names.map(
      ({ kind, owner }) => rows.find((row) => row.kind === kind && row.owner === owner)?.id,
    );
    if (fromId === undefined || toId === undefined) throw new Error('A ledger account vanished.');
    return [fromId, toId];
  }
}

function isOverdraft(error: unknown): boolean {
  return (
    error instanceof QueryFailedError &&
    (error.driverError as { constraint?: string }).constraint === 'ledger_accounts_funds_check'
  );
}
