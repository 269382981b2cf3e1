import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Budget } from '@ocx/openstack-api/exchange/tokens';
import { Conflict } from '@ocx/service-kit/errors';
import { BROKER_CONFIG, BrokerConfig } from '../broker.config.js';
import { BudgetsRepository } from '../budgets/budgets.repository.js';
import { escrow, issuance, revenue, wallet, type Account, type StatementLine, type Transfer } from './account.js';
import { LedgerRepository } from './ledger.repository.js';

/** The lease whose escrow is moved. */
export interface EscrowedLease {
  readonly id: string;
  readonly projectId: string;
  readonly landlordId: string;
  /** Whether what it costs counts in budgets. */
  readonly isBudgeted: boolean;
}

/** Double-entry in integer micro-credits. Every method that takes a manager books within the caller's transaction. */
@Injectable()
export class LedgerService {
  private readonly logger = new Logger(LedgerService.name);

  constructor(
    @Inject(BROKER_CONFIG) private readonly config: BrokerConfig,
    private readonly repository: LedgerRepository,
    private readonly budgets: BudgetsRepository,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  /** The project's wallet; issued its starting grant when it is seen for the first time. */
  async wallet(projectId: string): Promise<Account> {
    const known = await this.repository.account(wallet(projectId));
    if (known) return known;
    return this.dataSource.transaction((manager) => this.openWallet(manager, projectId));
  }

  /** What is held for the lease counts in these budgets, as long as it is held or once it is charged. */
  async bind(manager: EntityManager, lease: EscrowedLease, budgets: readonly Budget[]): Promise<void> {
    if (!lease.isBudgeted) return;
    await this.openWallet(manager, lease.projectId);
    await this.budgets.bind(manager, lease, budgets);
  }

  /**
   * Moves what the lease costs for a while from wallet to escrow. Throws `Conflict` with reason `no_funds`, `Forbidden` with
   * reason `no_budget`.
   */
  async hold(manager: EntityManager, lease: EscrowedLease, amount: bigint, occasion: string): Promise<void> {
    await this.openWallet(manager, lease.projectId);
    if (amount === 0n) return;
    if (lease.isBudgeted) await this.budgets.take(manager, lease.id, amount);
    await this.repository.post(manager, {
      kind: 'hold',
      reference: `hold:${lease.id}:${occasion}`,
      ...this.between(lease, 'wallet', 'escrow'),
      amount,
    });
  }

  /** Fills the escrow up to `target` as far as wallet and budgets reach; answers what the escrow then holds. */
  async topUp(manager: EntityManager, lease: EscrowedLease, target: bigint, occasion: string): Promise<bigint> {
    const purse = await this.openWallet(manager, lease.projectId);
    const held = await this.escrowed(lease, manager);
    const missing = target - held;
    if (missing <= 0n) return held;
    const left = lease.isBudgeted ? await this.budgets.left(manager, lease.id) : missing;
    const amount = least(missing, purse.balance, left);
    if (amount <= 0n) return held;
    await this.hold(manager, lease, amount, occasion);
    return held + amount;
  }

  /** Pays the landlord out of escrow. */
  async charge(manager: EntityManager, lease: EscrowedLease, amount: bigint, usageSeq: number): Promise<void> {
    if (amount === 0n) return;
    await this.repository.post(manager, {
      kind: 'charge',
      reference: `charge:${lease.id}:${usageSeq}`,
      ...this.between(lease, 'escrow', 'revenue'),
      amount,
    });
  }

  /** Gives so much of the escrow back to the project, or what there is. */
  async giveBack(manager: EntityManager, lease: EscrowedLease, amount: bigint, occasion: string): Promise<void> {
    const left = await this.escrowed(lease, manager);
    await this.unhold(manager, lease, least(amount, left), `release:${lease.id}:${occasion}`);
  }

  /** Gives what is left in escrow back to the project. Does nothing when nothing is left. */
  async release(manager: EntityManager, lease: EscrowedLease): Promise<void> {
    const left = await this.escrowed(lease, manager);
    await this.unhold(manager, lease, left, `release:${lease.id}`);
  }

  /** Issues credits to a project: an operator's act, booked against issuance. The reference makes it happen once. */
  async grant(projectId: string, amount: bigint, causedBy: string, reference: string): Promise<Account> {
    return this.dataSource.transaction(async (manager) => {
      await this.openWallet(manager, projectId);
      await this.repository.post(manager, {
        kind: 'grant',
        reference: `grant:${reference}`,
        causedBy,
        from: issuance,
        to: wallet(projectId),
        amount,
      });
      this.logger.log(`issued ${amount} micro-credits to project ${projectId} by ${causedBy}`);
      return (await this.repository.lock(manager, wallet(projectId))).account;
    });
  }

  async statement(projectId: string, limit: number, marker?: string): Promise<StatementLine[]> {
    const account = await this.wallet(projectId);
    return this.repository.statement(account.id, limit, marker);
  }

  async escrowed(lease: EscrowedLease, manager: EntityManager = this.dataSource.manager): Promise<bigint> {
    return (await this.repository.account(escrow(lease.id), manager))?.balance ?? 0n;
  }

  private async unhold(manager: EntityManager, lease: EscrowedLease, amount: bigint, reference: string): Promise<void> {
    if (amount === 0n) return;
    const between = this.between(lease, 'escrow', 'wallet');
    await this.repository.post(manager, { kind: 'release', reference, ...between, amount });
    if (lease.isBudgeted) await this.budgets.giveBack(manager, lease.id, amount);
  }

  private async openWallet(manager: EntityManager, projectId: string): Promise<Account> {
    const { account, opened } = await this.repository.lock(manager, wallet(projectId));
    const amount = this.config.OCX_STARTING_CREDITS;
    if (!opened || amount === 0n) return account;
    await this.repository.post(manager, {
      kind: 'starting_grant',
      reference: `starting_grant:${projectId}`,
      causedBy: 'system',
      from: issuance,
      to: wallet(projectId),
      amount,
    });
    this.logger.log(`issued the starting grant of ${amount} micro-credits to project ${projectId}`);
    return { ...account, balance: amount };
  }

  private between(
    lease: EscrowedLease,
    from: 'wallet' | 'escrow',
    to: 'wallet' | 'escrow' | 'revenue',
  ): Pick<Transfer, 'from' | 'to' | 'leaseId' | 'causedBy'> {
    const accounts = { wallet: wallet(lease.projectId), escrow: escrow(lease.id), revenue: revenue(lease.landlordId) };
    return { from: accounts[from], to: accounts[to], leaseId: lease.id, causedBy: 'system' };
  }
}

const least = (...amounts: [bigint, ...bigint[]]): bigint => amounts.reduce((a, b) => (a < b ? a : b));

/** True for the ledger's refusal of a transfer that an account cannot pay. */
export function isNoFunds(error: unknown): boolean {
  return error instanceof Conflict && error.reason === 'no_funds';
}
