import { Injectable, Logger } from '@nestjs/common';
import { LandlordConnections } from '../../landlords/landlord-connections.js';
import type { Landlord } from '../../landlords/landlord.js';
import { LandlordsService } from '../../landlords/landlords.service.js';
import { LandlordLeases } from '../leases/landlord-leases.js';
import type { LeaseBooks } from '../leases/lease-books.js';
import { SettlementService } from './settlement.service.js';

const AT_ONCE = 4;

/** Reads usage from landlords and has it settled. */
@Injectable()
export class UsageCollector {
  private readonly logger = new Logger(UsageCollector.name);

  constructor(
    private readonly landlords: LandlordsService,
    private readonly connections: LandlordConnections,
    private readonly landlordLeases: LandlordLeases,
    private readonly settlement: SettlementService,
  ) {}

  /**
   * Settles what these leases used until now, at all their landlords at once. A landlord that does not answer is
   * passed over. Answers the ids of leases that ran out of funds.
   */
  async collect(leases: readonly LeaseBooks[]): Promise<string[]> {
    const byLandlord = new Map<string, LeaseBooks[]>();
    for (const lease of leases) {
      if (lease.state !== 'active') continue;
      byLandlord.set(lease.landlordId, [...(byLandlord.get(lease.landlordId) ?? []), lease]);
    }
    const exhausted = await Promise.all([...byLandlord].map(([id, own]) => this.collectFrom(id, own)));
    return exhausted.flat();
  }

  private async collectFrom(landlordId: string, leases: LeaseBooks[]): Promise<string[]> {
    const landlord = await this.landlords.byId(landlordId);
    if (!landlord) return [];
    const queue = [...leases];
    const exhausted: string[] = [];
    const worker = async () => {
      for (let lease = queue.shift(); lease; lease = queue.shift()) {
        if (!this.connections.isReachable(landlord)) return;
        if (await this.isExhausted(landlord, lease)) exhausted.push(lease.id);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return exhausted;
  }

  private async isExhausted(landlord: Landlord, lease: LeaseBooks): Promise<boolean> {
    try {
      const records = await this.landlordLeases.usage(landlord, lease, lease.usageSeq);
      if (!records) return false;
      return (await this.settlement.settle(landlord, lease.id, records)).outOfFunds;
    } catch (error) {
      this.logger.warn(`usage of lease ${lease.id} at ${landlord.name} was not settled: ${String(error)}`);
      return false;
    }
  }
}
