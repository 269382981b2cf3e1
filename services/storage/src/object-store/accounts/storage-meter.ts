import { Injectable } from '@nestjs/common';
import { LeaseActivity } from '@ocx/landlord-kit/usage/lease-activity';
import type { EntityManager } from 'typeorm';

/** Told, in the transaction that changes them, how many bytes an account holds; so a crash loses neither. */
export abstract class StorageMeter {
  abstract record(manager: EntityManager, usage: { leaseId: string | null; bytesUsed: number }): Promise<void>;
}

/** Reports bytes to the lease of the account. The landlord's own users are not metered. */
@Injectable()
export class LeaseMeter extends StorageMeter {
  constructor(private readonly activity: LeaseActivity) {
    super();
  }

  async record(manager: EntityManager, usage: { leaseId: string | null; bytesUsed: number }): Promise<void> {
    if (usage.leaseId === null) return;
    await this.activity.level(usage.leaseId, usage.bytesUsed, new Date(), manager);
  }
}
