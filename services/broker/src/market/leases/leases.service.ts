import { Injectable, Logger } from '@nestjs/common';
import type { Resource } from '@ocx/openstack-api/exchange/documents';
import { NotFound } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { isOperator } from '../../exchange-api/exchange.policy.js';
import { LeaseBook } from './lease-book.js';
import type { LeaseBooks } from './lease-books.js';
import { LeaseCloser } from './lease-closer.js';
import { leasePending, notEmpty } from './lease-conflicts.js';
import { isFinal } from './lease.js';
import { LeasesRepository } from './leases.repository.js';

/** Leases as tenants, the proxy and the reconciler see them. */
@Injectable()
export class LeasesService {
  private readonly logger = new Logger(LeasesService.name);

  constructor(
    private readonly repository: LeasesRepository,
    private readonly book: LeaseBook,
    private readonly closer: LeaseCloser,
  ) {}

  /** Throws `NotFound` also for another project's lease. */
  async show(caller: Principal, id: string): Promise<LeaseBooks> {
    const lease = await this.repository.byId(id);
    if (!lease || (lease.projectId !== caller.projectId && !isOperator(caller))) {
      throw new NotFound(`Lease ${id} could not be found.`);
    }
    return lease;
  }

  byId(id: string): Promise<LeaseBooks | undefined> {
    return this.repository.byId(id);
  }

  /** The live lease of a resource. Of an object account name the landlord: a project has one at each. */
  byResource(type: Resource['type'], id: string, landlordId?: string): Promise<LeaseBooks | undefined> {
    return this.repository.liveByResource(type, id, landlordId);
  }

  /** The project's live leases, oldest first. */
  forProject(projectId: string, type?: Resource['type']): Promise<LeaseBooks[]> {
    return this.repository.liveForProject(projectId, type);
  }

  page(projectId: string | undefined, limit: number, marker?: string): Promise<LeaseBooks[]> {
    return this.repository.page(projectId, limit, marker);
  }

  /**
   * Ends a lease; idempotent. When the landlord answers, the lease is settled on return; when it does not, the lease
   * is `ending` and the outbox finishes it.
   */
  async end(caller: Principal | 'system', leaseId: string, reason: string): Promise<LeaseBooks> {
    const lease = caller === 'system' ? await this.repository.byId(leaseId) : await this.show(caller, leaseId);
    if (!lease) throw new NotFound(`Lease ${leaseId} could not be found.`);
    if (isFinal(lease.state)) return lease;
    if (lease.state === 'pending') throw leasePending();
    await this.book.beginEnd(leaseId, reason);
    return this.carryOutEnd(lease);
  }

  /**
   * The tenant's own end. An object account that holds something is not ended (`Conflict`, `not_empty`), unless what it holds
   * is to be discarded; otherwise as {@link end}.
   */
  async giveBack(caller: Principal, leaseId: string, { discard }: { discard: boolean }): Promise<LeaseBooks> {
    const lease = await this.show(caller, leaseId);
    if (lease.resource.type !== 'object-account' || discard) return this.end(caller, leaseId, 'ended_by_tenant');
    await this.book.beginGivingBack(leaseId);
    const ended = await this.carryOutEnd(lease);
    if (ended.state === 'active') throw notEmpty('objects that its landlord found');
    return ended;
  }

  private async carryOutEnd(lease: LeaseBooks): Promise<LeaseBooks> {
    await this.closer.carryOutEnd(lease.id).catch((error: unknown) => {
      this.logger.warn(`lease ${lease.id} ends later: ${String(error)}`);
    });
    return (await this.repository.byId(lease.id)) ?? lease;
  }
}
