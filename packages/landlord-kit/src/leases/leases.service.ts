import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Resource } from '@ocx/openstack-api/exchange/documents';
import { Conflict, Forbidden, NotFound } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { LandlordEvents } from '../events/landlord-events.js';
import type { Lease } from './lease.js';
import { LeasesRepository, type StoredLease } from './leases.repository.js';

/** What the landlord's service asks about leases. */
@Injectable()
export class LeasesService {
  constructor(
    private readonly repository: LeasesRepository,
    private readonly events: LandlordEvents,
  ) {}

  /**
   * The lease under which this caller may create a resource of this type; give the resource the id `lease.resource.id`.
   * Undefined for the landlord's own users, who need none and choose no id. Throws {@link Forbidden} when the token
   * permits no such creation, {@link Conflict} when the lease has ended.
   */
  async forCreate(principal: Principal, type: Resource['type']): Promise<Lease | undefined> {
    if (principal.realm === 'own') return undefined;
    const { access, projectId } = principal;
    if (access?.lease_id === undefined || !access.actions.includes('create')) {
      throw new Forbidden('A lease is needed to create this here.');
    }
    const lease = await this.repository.find(access.lease_id);
    if (!lease || projectId === undefined || lease.projectId !== projectId || lease.resource.type !== type) {
      throw new Forbidden('The lease does not permit to create this.');
    }
    if (lease.state !== 'active') throw new Conflict('The lease has ended.', { reason: 'lease_ended' });
    return lease;
  }

  /** The lease that the resource is under, or undefined (the landlord's own, or ended). */
  ofResource(type: Resource['type'], id: string): Promise<Lease | undefined> {
    return this.repository.ofResource({ type, id });
  }

  find(id: string): Promise<StoredLease | undefined> {
    return this.repository.find(id);
  }

  /** Whether there is such a lease and it has not ended, nor is about to. */
  isActive(id: string): Promise<boolean> {
    return this.repository.isActive(id);
  }

  /** Throws {@link NotFound}. */
  async show(id: string): Promise<StoredLease> {
    const lease = await this.repository.find(id);
    if (!lease) throw new NotFound(`Lease ${id} could not be found.`);
    return lease;
  }

  list(after: string | undefined, limit: number): Promise<StoredLease[]> {
    return this.repository.page(after, limit);
  }

  /**
   * Tells the exchange that the resource of a lease is now in `state`, in the words of the API that shows it (`ACTIVE`,
   * `in-use`). Give the transaction that changes the resource, and call this last in it: it orders all events.
   */
  async resourceChanged(leaseId: string, resource: Resource, state: string, manager?: EntityManager): Promise<void> {
    const event = { kind: 'resource' as const, lease_id: leaseId, resource, state };
    if (manager) await this.events.emit(manager, event);
    else await this.events.announce(event);
  }
}
