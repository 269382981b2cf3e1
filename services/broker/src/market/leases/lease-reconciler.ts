import { Injectable, Logger } from '@nestjs/common';
import type { LandlordLease } from '@ocx/openstack-api/exchange/landlord';
import { LandlordBreaker } from '../../landlords/landlord-breaker.js';
import type { Landlord } from '../../landlords/landlord.js';
import { UsageCollector } from '../settlement/usage-collector.js';
import { LandlordLeases } from './landlord-leases.js';
import type { LeaseBooks } from './lease-books.js';
import { isFinal } from './lease.js';
import { LeasesRepository } from './leases.repository.js';
import { LeasesService } from './leases.service.js';

const MAX_PAGES = 200;
/** A lease younger than this may simply not have been in the landlord's list yet. Milliseconds. */
const SETTLING_IN_MS = 60_000;

/** Makes the broker's leases and a landlord's agree again after a crash of either. */
@Injectable()
export class LeaseReconciler {
  private readonly logger = new Logger(LeaseReconciler.name);

  constructor(
    private readonly repository: LeasesRepository,
    private readonly landlordLeases: LandlordLeases,
    private readonly leases: LeasesService,
    private readonly collector: UsageCollector,
    private readonly breaker: LandlordBreaker,
  ) {}

  /** Settles the usage of the landlord's active leases; ends those past their end and those nobody can pay. */
  async settle(landlord: Landlord): Promise<void> {
    const active = await this.repository.withStates(landlord.id, ['active']);
    const exhausted = await this.collector.collect(active);
    for (const id of exhausted) await this.leases.end('system', id, 'out_of_funds');
    for (const lease of active) {
      if (lease.endsAt && lease.endsAt.getTime() <= Date.now()) await this.leases.end('system', lease.id, 'expired');
    }
  }

  /** Compares with the landlord's own list. What only one side has is ended. */
  async compare(landlord: Landlord): Promise<void> {
    const theirs = await this.readAll(landlord);
    if (!theirs) return;
    const ours = new Map((await this.repository.byIds([...theirs.keys()])).map((lease) => [lease.id, lease]));
    for (const lease of theirs.values()) await this.judge(landlord, lease, ours.get(lease.id));
    for (const lease of await this.repository.withStates(landlord.id, ['active'])) {
      const settled = Date.now() - (lease.acceptedAt ?? lease.startsAt).getTime() > SETTLING_IN_MS;
      if (!theirs.has(lease.id) && settled) {
        this.logger.warn(`lease ${lease.id} is not known at ${landlord.name} any more`);
        await this.leases.end('system', lease.id, 'lost_at_landlord');
      }
    }
  }

  private async judge(landlord: Landlord, theirs: LandlordLease, ours: LeaseBooks | undefined): Promise<void> {
    if (ours?.landlordId !== landlord.id) {
      // Nothing was ever ordered under this id, so there is no grant to end it with: it is the landlord's own matter.
      this.breaker.count(landlord.id, 'lease_unknown');
      return;
    }
    const running = theirs.state !== 'ended';
    if (running && isFinal(ours.state)) {
      this.logger.warn(`lease ${ours.id} is ${ours.state} but runs at ${landlord.name}; ending it`);
      await this.landlordLeases.end(landlord, ours).catch((error: unknown) => {
        this.logger.warn(`lease ${ours.id} could not be ended at ${landlord.name}: ${String(error)}`);
      });
    }
    if (!running && ours.state === 'active') await this.leases.end('system', ours.id, 'ended_by_landlord');
  }

  private async readAll(landlord: Landlord): Promise<Map<string, LandlordLease> | undefined> {
    const all = new Map<string, LandlordLease>();
    let after: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const leases = await this.landlordLeases.list(landlord, after);
      const last = leases.at(-1)?.id;
      if (last === undefined) return all;
      const before = all.size;
      for (const lease of leases) all.set(lease.id, lease);
      if (all.size === before) return all;
      after = last;
    }
    this.breaker.count(landlord.id, 'leases_endless');
    return undefined;
  }
}
