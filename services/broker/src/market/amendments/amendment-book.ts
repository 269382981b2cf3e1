import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { InventoryRepository } from '../../inventory/inventory.repository.js';
import { LedgerService } from '../../ledger/ledger.service.js';
import type { LeaseBooks } from '../leases/lease-books.js';
import { LeasesRepository } from '../leases/leases.repository.js';
import { GUARD_SECONDS } from '../outbox/task.js';
import { TasksRepository } from '../outbox/tasks.repository.js';
import { unitsPerSecond } from '../quotes/pricing.js';
import { unitsUntil } from '../settlement/usage-check.js';
import { amendmentError, type LeaseAmendment } from './lease-amendment.js';
import { LeaseAmendmentsRepository } from './lease-amendments.repository.js';

/** The transactions of an amendment, each with the money and the work that go with it. */
@Injectable()
export class AmendmentBook {
  constructor(
    private readonly amendments: LeaseAmendmentsRepository,
    private readonly leases: LeasesRepository,
    private readonly ledger: LedgerService,
    private readonly tasks: TasksRepository,
    private readonly inventory: InventoryRepository,
  ) {}

  /**
   * Writes down what is about to be sent, and holds its escrow. Throws `Conflict`: `lease_ended`, `no_funds`, and
   * `amendment_pending`, also when another document is in force by now.
   */
  async open(lease: LeaseBooks, amendment: LeaseAmendment): Promise<void> {
    await this.leases.transaction(async (manager) => {
      const inForce = await this.leases.lock(manager, lease.id);
      const acceptance = await this.leases.acceptanceOf(manager, lease.id);
      if (inForce?.state !== 'active' || acceptance === null) throw amendmentError('lease_ended');
      if (inForce.document !== lease.document) throw amendmentError('amendment_pending');
      await this.amendments.insert(manager, amendment, { document: inForce.document, acceptance });
      await this.ledger.hold(manager, lease, amendment.escrow, `amend:${amendment.id}`);
      await this.tasks.add(manager, lease.id, 'amend', GUARD_SECONDS);
    });
  }

  /** The landlord countersigned: the amended lease is in force, from now on with its quantity. */
  async accept(amendment: LeaseAmendment, acceptance: string): Promise<void> {
    await this.conclude(amendment, async (manager, lease) => {
      if (!(await this.amendments.conclude(manager, amendment.id, 'accepted'))) return;
      const amendedAt = new Date();
      const { quantity, document } = amendment;
      await this.leases.amend(manager, lease.id, {
        quantity,
        document,
        acceptance,
        unitsPerSecond: unitsPerSecond(lease.resource.type, quantity),
        unitsBefore: unitsUntil(lease, lease.acceptedAt ?? lease.startsAt, amendedAt),
        amendedAt,
      });
      await this.inventory.resize(manager, lease.id, quantity);
    });
  }

  /** The lease stays as it was. What an ended lease held has gone back with its end. */
  async refuse(amendment: LeaseAmendment, reason: string): Promise<void> {
    await this.conclude(amendment, async (manager, lease) => {
      if (!(await this.amendments.conclude(manager, amendment.id, 'refused', reason))) return;
      if (lease.state !== 'active') return;
      await this.ledger.giveBack(manager, lease, amendment.escrow, `amend:${amendment.id}`);
    });
  }

  /** The amendment of a lease that is on its way, and the lease. */
  async pending(leaseId: string): Promise<{ amendment: LeaseAmendment; lease: LeaseBooks } | undefined> {
    const [amendment, lease] = await Promise.all([this.amendments.pending(leaseId), this.leases.byId(leaseId)]);
    return amendment && lease ? { amendment, lease } : undefined;
  }

  private async conclude(
    { leaseId }: LeaseAmendment,
    work: (manager: EntityManager, lease: LeaseBooks) => Promise<void>,
  ): Promise<void> {
    await this.leases.transaction(async (manager) => {
      const lease = await this.leases.lock(manager, leaseId);
      if (!lease) throw new Error('A lease vanished.');
      await work(manager, lease);
      await this.tasks.remove(leaseId, 'amend', manager);
    });
  }
}
