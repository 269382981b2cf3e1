import { Injectable, Logger } from '@nestjs/common';
import type { Landlord } from '../../landlords/landlord.js';
import { SettlementService } from '../settlement/settlement.service.js';
import { EndRefused, LandlordLeases } from './landlord-leases.js';
import { LeaseBook } from './lease-book.js';
import type { LeaseBooks } from './lease-books.js';
import { LeaseParties } from './lease-parties.js';
import { LeasesRepository } from './leases.repository.js';

const ATTEMPTS_FOR_FINAL = 12;

/**
 * Carries out the end of leases at their landlords. Every method may be repeated: by the outbox after a crash, by a
 * second caller at the same time.
 */
@Injectable()
export class LeaseCloser {
  private readonly logger = new Logger(LeaseCloser.name);

  constructor(
    private readonly leases: LeasesRepository,
    private readonly landlordLeases: LandlordLeases,
    private readonly book: LeaseBook,
    private readonly settlement: SettlementService,
    private readonly parties: LeaseParties,
  ) {}

  /**
   * Ends an `ending` lease: asks the landlord, settles the last usage, closes. Throws while that cannot be done. One that is
   * given back while something is stored under it is active again.
   * @param attempts how often it was tried: a landlord that never sends its final record does not keep a lease open.
   */
  async carryOutEnd(leaseId: string, attempts = 1): Promise<void> {
    const lease = await this.leases.byId(leaseId);
    if (lease?.state !== 'ending') return;
    const landlord = await this.parties.landlords.byId(lease.landlordId);
    if (landlord) {
      const records = await this.endAt(landlord, lease);
      if (records === 'refused') {
        await this.book.reopen(lease.id);
        return;
      }
      if (records && !(await this.isSettled(landlord, lease, records)) && attempts < ATTEMPTS_FOR_FINAL) {
        throw new Error('the landlord has not sent its final usage record yet');
      }
    }
    await this.book.close(lease);
    await this.parties.leaseEnded(lease);
  }

  /** Ends a `failed` lease at a landlord that may have it. Nothing is settled. */
  async discard(leaseId: string): Promise<void> {
    const lease = await this.leases.byId(leaseId);
    const landlord = lease && (await this.parties.landlords.byId(lease.landlordId));
    if (!lease || !landlord || lease.leaseGrant === null) return;
    await this.landlordLeases.end(landlord, lease);
    await this.parties.leaseEnded(lease);
  }

  private async endAt(landlord: Landlord, lease: LeaseBooks): Promise<string[] | undefined | 'refused'> {
    try {
      return await this.landlordLeases.end(landlord, lease);
    } catch (error) {
      if (error instanceof EndRefused) return 'refused';
      throw error;
    }
  }

  // With its answer the landlord may send the last record only; the chain is read from where it was settled.
  private async isSettled(landlord: Landlord, lease: LeaseBooks, records: string[]): Promise<boolean> {
    const chain = (await this.landlordLeases.usage(landlord, lease, lease.usageSeq)) ?? records;
    const { final, refused } = await this.settlement.settle(landlord, lease.id, chain);
    if (refused !== undefined) {
      this.logger.warn(`lease ${lease.id} closes without its last usage, which does not hold: ${refused}`);
    }
    return final || refused !== undefined;
  }
}
