import { Injectable } from '@nestjs/common';
import type { Budget } from '@ocx/openstack-api/exchange/tokens';
import type { EntityManager } from 'typeorm';
import { ContainersRepository } from '../../inventory/containers.repository.js';
import { LedgerService } from '../../ledger/ledger.service.js';
import { GUARD_SECONDS } from '../outbox/task.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { TasksRepository } from '../outbox/tasks.repository.js';
import { leasePending, notEmpty } from './lease-conflicts.js';
import { GIVEN_BACK, type Lease } from './lease.js';
import { LeasesRepository } from './leases.repository.js';

type NewLease = Parameters<LeasesRepository['insert']>[1];

/**
 * The transactions of a lease's life. In each one state, money and the work that must follow change together, so that
 * a crash between any two of them leaves something an outbox task finishes.
 */
@Injectable()
export class LeaseBook {
  constructor(
    private readonly leases: LeasesRepository,
    private readonly ledger: LedgerService,
    private readonly tasks: TasksRepository,
    private readonly orders: OrdersRepository,
    private readonly containers: ContainersRepository,
  ) {}

  /**
   * Writes the lease, holds `escrow` micro-credits for it, which count in the budgets, and guards it. Throws `Conflict` with
   * reason `no_funds`, `Forbidden` with reason `no_budget`.
   */
  async open(lease: NewLease, escrow: bigint, budgets: readonly Budget[]): Promise<void> {
    await this.leases.transaction(async (manager) => {
      await this.leases.insert(manager, lease);
      await this.ledger.bind(manager, lease, budgets);
      await this.ledger.hold(manager, lease, escrow, 'order');
      await this.tasks.add(manager, lease.id, 'guard', GUARD_SECONDS);
    });
  }

  /** The landlord countersigned. False when the lease was undone meanwhile. */
  claimed(leaseId: string, acceptance: string, acceptedAt: Date): Promise<boolean> {
    return this.leases.claimed(leaseId, { acceptance, acceptedAt });
  }

  /** The resource is made. True also when it was active already; false when the lease was undone or has ended. */
  async activate({ id, orderId }: Pick<Lease, 'id' | 'orderId'>): Promise<boolean> {
    return this.leases.transaction(async (manager) => {
      if (!(await this.leases.transition(manager, id, 'active'))) {
        return (await this.leases.byId(id, manager))?.state === 'active';
      }
      await this.orders.filled(manager, orderId, id);
      await this.tasks.remove(id, 'guard', manager);
      return true;
    });
  }

  /** Undoes a lease that never came to be: escrow back, and whatever the landlord may have of it goes. */
  async abandon(leaseId: string, to: 'refused' | 'failed', reason: string): Promise<void> {
    await this.leases.transaction(async (manager) => {
      const lease = await this.leases.lock(manager, leaseId);
      const changed = await this.leases.transition(manager, leaseId, to, { reason, endedAt: new Date() });
      await this.tasks.remove(leaseId, 'guard', manager);
      if (!lease || !changed) return;
      await this.ledger.release(manager, lease);
      // Without a grant nothing was sent to the landlord yet.
      if (to === 'failed' && lease.leaseGrant !== null) await this.tasks.add(manager, leaseId, 'discard');
    });
  }

  /** Undoes a lease whose order nobody carries out any more. */
  async interrupt(leaseId: string): Promise<void> {
    await this.abandon(leaseId, 'failed', 'interrupted');
    const lease = await this.leases.byId(leaseId);
    if (lease) await this.orders.interrupted(lease.orderId);
  }

  /** Idempotent. False when the lease is not one that can end (any more). */
  beginEnd(leaseId: string, reason: string): Promise<boolean> {
    return this.leases.transaction((manager) => this.endWithin(manager, leaseId, reason));
  }

  /**
   * The tenant gives an object account back. Throws `Conflict`: `not_empty` while a container is in it, `lease_pending`
   * while it is being made. The lock makes whoever places a container come before this, or find no account.
   */
  async beginGivingBack(leaseId: string): Promise<void> {
    await this.leases.transaction(async (manager) => {
      const lease = await this.leases.lock(manager, leaseId);
      if (lease?.state === 'pending' || lease?.state === 'claimed') throw leasePending();
      if (lease?.state !== 'active') return;
      const container = await this.containers.anyOf(manager, leaseId);
      if (container !== undefined) throw notEmpty(`container ${container}`);
      await this.endWithin(manager, leaseId, GIVEN_BACK);
    });
  }

  /** The landlord found something in an account that was to be given back: the lease goes on. */
  async reopen(leaseId: string): Promise<void> {
    await this.leases.transaction(async (manager) => {
      await this.leases.lock(manager, leaseId);
      await this.leases.reopen(manager, leaseId);
      await this.tasks.remove(leaseId, 'end', manager);
    });
  }

  /** Everything is settled: what is left in escrow goes back. */
  async close(lease: Lease): Promise<void> {
    await this.leases.transaction(async (manager) => {
      await this.leases.lock(manager, lease.id);
      await this.tasks.remove(lease.id, 'end', manager);
      if (!(await this.leases.transition(manager, lease.id, 'settled'))) return;
      await this.ledger.release(manager, lease);
      if (lease.resource.type === 'object-account') await this.containers.removeLease(manager, lease.id);
    });
  }

  private async endWithin(manager: EntityManager, leaseId: string, reason: string): Promise<boolean> {
    const changed = await this.leases.transition(manager, leaseId, 'ending', { reason, endedAt: new Date() });
    if (changed) {
      await this.tasks.remove(leaseId, 'guard', manager);
      await this.tasks.add(manager, leaseId, 'end');
    }
    return changed;
  }
}
