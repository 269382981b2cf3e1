import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { NotFound } from '@ocx/service-kit/errors';
import { LeasesRepository } from '../leases/leases.repository.js';
import { ActivityRepository } from './activity.repository.js';
import { wholeSecond } from './metering.js';

/**
 * What a lease's resource uses, reported by the landlord's service whenever it changes. Pass the transaction that changes
 * the resource, so that both are stored or neither. A time that is already signed for is moved to the end of what is
 * signed, a time in the future to now. After the lease has ended reports are ignored. Throws {@link NotFound}.
 */
@Injectable()
export class LeaseActivity {
  constructor(
    private readonly leases: LeasesRepository,
    private readonly activity: ActivityRepository,
  ) {}

  /** The server runs since `at`. */
  up(leaseId: string, at?: Date, manager?: EntityManager): Promise<void> {
    return this.level(leaseId, 1, at, manager);
  }

  /** Nothing is in use since `at`. */
  down(leaseId: string, at?: Date, manager?: EntityManager): Promise<void> {
    return this.level(leaseId, 0, at, manager);
  }

  /** `amount` is in use since `at`: GiB of a volume, bytes of an object account; an integer, not negative. */
  async level(leaseId: string, amount: number, at = new Date(), manager?: EntityManager): Promise<void> {
    if (!Number.isSafeInteger(amount) || amount < 0) throw new RangeError('A level is an integer, not negative.');
    if (manager) await this.record(manager, leaseId, amount, at);
    else await this.leases.transaction((own) => this.record(own, leaseId, amount, at));
  }

  private async record(manager: EntityManager, leaseId: string, amount: number, at: Date): Promise<void> {
    const lease = await this.leases.lock(manager, leaseId);
    if (!lease) throw new NotFound(`Lease ${leaseId} could not be found.`);
    if (lease.state === 'ended') return;
    const last = await this.activity.last(manager, leaseId);
    if ((last?.amount ?? 0) === amount) return;
    const earliest = Math.max(lease.meteredTo.getTime(), last?.at.getTime() ?? 0);
    const when = Math.max(earliest, Math.min(at.getTime(), Date.now()));
    await this.activity.put(manager, leaseId, { at: wholeSecond(new Date(when)), amount });
  }
}
