import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, LessThanOrEqual, MoreThan, Not, type EntityManager } from 'typeorm';
import type { Resource } from '@ocx/openstack-api/exchange/documents';
import type { Lease, LeaseState, ResourceVector } from './lease.js';
import { LeaseEntity } from './lease.entity.js';

/** A lease with what only the landlord keeps about it. */
export interface StoredLease extends Lease {
  readonly claimed: ResourceVector;
  /** The lease in force, as the broker signed it. */
  readonly document: string;
  readonly documentSha256: string;
  readonly acceptance: string;
  readonly meteredTo: Date;
  readonly usageSeq: number;
  readonly usageHash: string | null;
}

export type NewLease = Omit<StoredLease, 'usageSeq' | 'usageHash' | 'state'>;

@Injectable()
export class LeasesRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  async find(id: string, manager: EntityManager = this.dataSource.manager): Promise<StoredLease | undefined> {
    const row = await manager.findOneBy(LeaseEntity, { id });
    return row ? toLease(row) : undefined;
  }

  isActive(id: string): Promise<boolean> {
    return this.dataSource.getRepository(LeaseEntity).existsBy({ id, state: 'active' });
  }

  /** Two claims of one lease take turns, also before there is a row to lock. */
  async serialise(manager: EntityManager, id: string): Promise<void> {
    await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [id]);
  }

  /** The lease, locked until the transaction ends. */
  async lock(manager: EntityManager, id: string): Promise<StoredLease | undefined> {
    const row = await manager.findOne(LeaseEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
    return row ? toLease(row) : undefined;
  }

  async ofResource(resource: Resource): Promise<StoredLease | undefined> {
    const { type: resourceType, id: resourceId } = resource;
    const where = { resourceType, resourceId, state: Not<LeaseState>('ended') };
    const row = await this.dataSource.getRepository(LeaseEntity).findOneBy(where);
    return row ? toLease(row) : undefined;
  }

  async page(after: string | undefined, limit: number): Promise<StoredLease[]> {
    const rows = await this.dataSource.getRepository(LeaseEntity).find({
      where: after === undefined ? {} : { id: MoreThan(after) },
      order: { id: 'ASC' },
      take: limit,
    });
    return rows.map(toLease);
  }

  /** Leases whose end has come, or was begun. */
  async due(now: Date, limit: number): Promise<string[]> {
    const rows = await this.dataSource.getRepository(LeaseEntity).find({
      select: { id: true },
      where: [{ state: 'ending' }, { state: 'active', endsAt: LessThanOrEqual(now) }],
      order: { acceptedAt: 'ASC' },
      take: limit,
    });
    return rows.map(({ id }) => id);
  }

  async insert(manager: EntityManager, lease: NewLease): Promise<void> {
    const { product, resource, ...columns } = lease;
    await manager.insert(LeaseEntity, {
      ...columns,
      productType: product.type,
      productId: product.id,
      resourceType: resource.type,
      resourceId: resource.id,
      state: 'active',
      endedAt: null,
      usageSeq: 0,
      usageHash: null,
    });
  }

  async setState(manager: EntityManager, id: string, state: LeaseState, endedAt: Date | null = null): Promise<void> {
    await manager.update(LeaseEntity, { id }, { state, endedAt });
  }

  /** Another document is in force under the lease's id. */
  async amend(
    manager: EntityManager,
    id: string,
    amended: {
      readonly quantity: number;
      readonly claimed: ResourceVector;
      readonly document: string;
      readonly documentSha256: string;
      readonly acceptance: string;
    },
  ): Promise<void> {
    await manager.update(LeaseEntity, { id }, amended);
  }

  async setMetered(
    manager: EntityManager,
    id: string,
    metered: { meteredTo: Date; usageSeq: number; usageHash: string },
  ): Promise<void> {
    await manager.update(LeaseEntity, { id }, metered);
  }
}

function toLease(row: LeaseEntity): StoredLease {
  const { productType, productId, resourceType, resourceId, ...rest } = row;
  return { ...rest, product: { type: productType, id: productId }, resource: { type: resourceType, id: resourceId } };
}
