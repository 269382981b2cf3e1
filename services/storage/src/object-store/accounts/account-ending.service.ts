import { Injectable } from '@nestjs/common';
import type { Lease } from '@ocx/landlord-kit/leases/lease';
import { ObjectBackend } from '../backend/object-backend.js';
import { SwiftClock } from '../clock.js';
import { ContainersRepository } from '../containers/containers.repository.js';
import { ObjectsRepository } from '../objects/objects.repository.js';
import { AccountsRepository } from './accounts.repository.js';

const BATCH = 1_000;

/** Ends accounts whose lease ended: rows and bytes. */
@Injectable()
export class AccountEnding {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly containers: ContainersRepository,
    private readonly objects: ObjectsRepository,
    private readonly backend: ObjectBackend,
    private readonly clock: SwiftClock,
  ) {}

  /**
   * Nobody reaches the account any more, if no object is in it; also when it was never opened. False when there is one:
   * containers without objects do not keep an account.
   */
  closeIfEmpty({ id: leaseId, projectId }: Lease): Promise<boolean> {
    return this.accounts.closeIfEmpty({ projectId, leaseId, timestamp: this.clock.now() });
  }

  /** Deletes everything that was stored under the lease. Idempotent; taken up again after a crash. */
  async end(leaseId: string): Promise<void> {
    const account = await this.accounts.findByLease(leaseId);
    if (!account) return;
    await this.accounts.close(account.id);
    for (;;) {
      const container = await this.containers.findAny(account.id);
      if (!container) break;
      await this.empty(container);
      await this.containers.remove(account.id, container.name);
    }
    await this.accounts.remove(account.id);
  }

  private async empty(container: Parameters<ObjectsRepository['removeSome']>[0]): Promise<void> {
    for (;;) {
      const blobIds = await this.objects.removeSome(container, BATCH);
      if (blobIds.length === 0) return;
      for (const id of blobIds) await this.backend.remove(id);
    }
  }
}
