import { Injectable } from '@nestjs/common';
import { Conflict, NotFound } from '@ocx/service-kit/errors';
import { LandlordEvents } from '../events/landlord-events.js';
import { Capacity } from '../offers/capacity.service.js';
import { UsageService } from '../usage/usage.service.js';
import type { Lease } from './lease.js';
import { LeasesRepository } from './leases.repository.js';
import { ServiceResources } from './service-resources.js';

/**
 * Ends leases: marks, destroys the resource, then in one transaction frees the capacity and signs the last usage record.
 * A crash in between leaves the mark, and the end is taken up again.
 */
@Injectable()
export class LeaseEnding {
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    private readonly repository: LeasesRepository,
    private readonly resources: ServiceResources,
    private readonly usage: UsageService,
    private readonly capacity: Capacity,
    private readonly events: LandlordEvents,
  ) {}

  /** Idempotent. Throws {@link NotFound}, or what `LeasedResources.end` throws; then the end is tried again later. */
  end(id: string): Promise<void> {
    const running = this.running.get(id);
    if (running) return running;
    const work = this.carryOut(id).finally(() => this.running.delete(id));
    this.running.set(id, work);
    return work;
  }

  /** As {@link end}, but throws {@link Conflict} (`not_empty`) and changes nothing while the resource holds something. */
  async endIfEmpty(id: string): Promise<void> {
    const lease = await this.repository.find(id);
    if (!lease) throw new NotFound(`Lease ${id} could not be found.`);
    // Once the end has begun there is nothing left to be kept.
    if (lease.state === 'active' && !(await this.resources.get().closeIfEmpty(lease))) {
      throw new Conflict('The tenant has something stored under this lease.', { reason: 'not_empty' });
    }
    await this.end(id);
  }

  private async carryOut(id: string): Promise<void> {
    const lease = await this.mark(id);
    if (!lease) return;
    await this.resources.get().end(lease);
    await this.finish(id);
  }

  /** The lease to be ended, or nothing when it has been. */
  private mark(id: string): Promise<Lease | undefined> {
    return this.repository.transaction(async (manager) => {
      const lease = await this.repository.lock(manager, id);
      if (!lease) throw new NotFound(`Lease ${id} could not be found.`);
      if (lease.state === 'ended') return undefined;
      if (lease.state === 'ending') return lease;
      await this.repository.setState(manager, id, 'ending');
      const { resource } = lease;
      await this.events.emit(manager, { kind: 'lease', lease_id: id, resource, state: 'ending' });
      return { ...lease, state: 'ending' };
    });
  }

  private finish(id: string): Promise<void> {
    return this.repository.transaction(async (manager) => {
      const lease = await this.repository.lock(manager, id);
      if (lease?.state !== 'ending') return;
      // Capacity before the lease's row changes, as in a claim: two that meet at one resource cannot lock one another.
      await this.capacity.release(manager, lease.claimed);
      await this.usage.finish(manager, lease);
      await this.repository.setState(manager, id, 'ended', new Date());
      const { resource } = lease;
      const endedEvent = { kind: 'lease', lease_id: id, resource, state: 'ended' } as const;
      await this.events.emit(manager, endedEvent, { kind: 'offers' });
    });
  }
}
