import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Usage } from '@ocx/openstack-api/exchange/documents';
import { documentHash } from '@ocx/openstack-client/documents';
import { LandlordParty } from '../enrolment/landlord-party.js';
import { LeasesRepository, type StoredLease } from '../leases/leases.repository.js';
import { METER_OF_PRODUCT } from '../offers/landlord-file.js';
import { ActivityRepository } from './activity.repository.js';
import { integral, wholeSecond } from './metering.js';
import { UsageRepository } from './usage.repository.js';

/** Records in one answer; a reader asks on with the last number it has. */
const PAGE = 500;

/**
 * Signed usage, hash-chained within each lease. Every record begins where the last one ended, so that the records of a
 * lease cover its time once; a span in which nothing was used gets no record of its own but belongs to the next.
 */
@Injectable()
export class UsageService {
  constructor(
    private readonly party: LandlordParty,
    private readonly leases: LeasesRepository,
    private readonly activity: ActivityRepository,
    private readonly repository: UsageRepository,
  ) {}

  /** Compact JWS of the records after number `after`, the newest one up to now. */
  async upToNow(leaseId: string, after: number): Promise<string[]> {
    await this.leases.transaction(async (manager) => {
      const lease = await this.leases.lock(manager, leaseId);
      if (lease && lease.state !== 'ended') await this.cut(manager, lease, false);
    });
    return this.repository.after(leaseId, after, PAGE);
  }

  /** The newest records, in their order. */
  newest(leaseId: string): Promise<string[]> {
    return this.repository.newest(leaseId, PAGE);
  }

  /** Signs the last record of a lease whose row the transaction has locked. */
  finish(manager: EntityManager, lease: StoredLease): Promise<void> {
    return this.cut(manager, lease, true);
  }

  private async cut(manager: EntityManager, lease: StoredLease, final: boolean): Promise<void> {
    const from = lease.meteredTo;
    // The clock may have been set back: time that is signed for stays so.
    const to = new Date(Math.max(wholeSecond(new Date()).getTime(), from.getTime()));
    const steps = await this.activity.list(manager, lease.id, to);
    const used = integral(steps, from, to);
    if (used === 0n && !final) return;
    const usageSeq = lease.usageSeq + 1;
    const payload: Usage = {
      lease_id: lease.id,
      landlord_id: this.party.enrolled().landlordId,
      seq: usageSeq,
      prev: lease.usageHash,
      from: from.toISOString(),
      to: to.toISOString(),
      meters: { [METER_OF_PRODUCT[lease.product.type]]: used.toString() },
      final,
    };
    const document = await this.party.key.sign('ocx-usage+jwt', payload);
    await this.repository.append(manager, { leaseId: lease.id, seq: usageSeq, document, final });
    await this.leases.setMetered(manager, lease.id, { meteredTo: to, usageSeq, usageHash: documentHash(document) });
    await this.activity.compact(manager, lease.id, steps);
  }
}
