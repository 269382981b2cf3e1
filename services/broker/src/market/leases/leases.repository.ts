import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, In, QueryFailedError, type EntityManager } from 'typeorm';
import type { Meter, Resource } from '@ocx/openstack-api/exchange/documents';
import { Conflict } from '@ocx/service-kit/errors';
import type { LeaseBooks } from './lease-books.js';
import { LeaseEntity } from './lease.entity.js';
import { GIVEN_BACK, LIVE_STATES, RESOURCE_LEASED, statesBefore, type Lease, type LeaseState } from './lease.js';

type NewLease = Omit<Lease, 'state' | 'reason' | 'endedAt' | 'acceptedAt' | 'charged' | 'leaseGrant'> & {
  readonly unitsPerSecond: bigint;
};
type LeaseChange = Partial<
  Pick<LeaseEntity, 'reason' | 'acceptance' | 'acceptedAt' | 'leaseGrant' | 'endedAt' | 'dispute' | 'resourceId'>
>;

export interface SettledUsage {
  readonly seq: number;
  readonly sha256: string;
  readonly to: Date;
  readonly units: Partial<Record<Meter, bigint>>;
  readonly charged: bigint;
  readonly unpaid: bigint;
}

function violates(error: unknown, constraint: string): boolean {
  return error instanceof QueryFailedError && (error.driverError as { constraint?: string }).constraint === constraint;
}

function toBooks(row: LeaseEntity): LeaseBooks {
  return {
    id: row.id,
    orderId: row.orderId,
    landlordId: row.landlordId,
    projectId: row.projectId,
    projectDomainId: row.projectDomainId,
    userId: row.userId,
    product: { type: row.productType, id: row.productId },
    resource: { type: row.resourceType, id: row.resourceId },
    quantity: Number(row.quantity),
    relation: row.relation,
    prices: row.prices,
    state: row.state,
    reason: row.reason,
    startsAt: row.startsAt,
    endsAt: row.endsAt,
    endedAt: row.endedAt,
    acceptedAt: row.acceptedAt,
    isBudgeted: row.isBudgeted,
    charged: BigInt(row.charged),
    document: row.document,
    leaseGrant: row.leaseGrant,
    units: Object.fromEntries(Object.entries(row.units).map(([meter, units]) => [meter, BigInt(units)])),
    unpaid: BigInt(row.unpaid),
    unitsPerSecond: BigInt(row.unitsPerSecond),
    unitsBefore: BigInt(row.unitsBefore),
    amendedAt: row.amendedAt,
    usageSeq: row.usageSeq,
    usageSha256: row.usageSha256,
    usageTo: row.usageTo,
    dispute: row.dispute,
  };
}

@Injectable()
export class LeasesRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  /** Throws `Conflict` (`resource_leased`) when the landlord already holds a living lease of this resource. */
  async insert(manager: EntityManager, lease: NewLease): Promise<void> {
    const { product, resource, quantity, unitsPerSecond, prices, ...columns } = lease;
    try {
      await manager.getRepository(LeaseEntity).insert({
        ...columns,
        productType: product.type,
        productId: product.id,
        resourceType: resource.type,
        resourceId: resource.id,
        quantity: String(quantity),
        unitsPerSecond: unitsPerSecond.toString(),
        prices: [...prices],
      });
    } catch (error) {
      if (!violates(error, 'leases_live_resource_key')) throw error;
      throw new Conflict('This landlord already leases the resource.', { reason: RESOURCE_LEASED, cause: error });
    }
  }

  /** Compare-and-swap: false when the lease is not in a state from which `to` is reached. */
  async transition(manager: EntityManager, id: string, to: LeaseState, change: LeaseChange = {}): Promise<boolean> {
    const result = await manager
      .getRepository(LeaseEntity)
      .update({ id, state: In(statesBefore(to)) }, { ...change, state: to });
    return result.affected === 1;
  }

  /** The end that the tenant asked for did not come to be: its landlord found something stored. */
  async reopen(manager: EntityManager, id: string): Promise<void> {
    await manager
      .getRepository(LeaseEntity)
      .update({ id, state: 'ending', reason: GIVEN_BACK }, { state: 'active', reason: null, endedAt: null });
  }

  /** As `transition`, in a transaction of its own. */
  claimed(id: string, change: Pick<LeaseEntity, 'acceptance' | 'acceptedAt'>): Promise<boolean> {
    return this.transition(this.dataSource.manager, id, 'claimed', change);
  }

  async setGrant(id: string, leaseGrant: string): Promise<void> {
    await this.dataSource.getRepository(LeaseEntity).update({ id }, { leaseGrant });
  }

  /** Object accounts of a product at a landlord may hold this much from now on; a ceiling never falls. */
  async raiseCeiling(landlordId: string, productId: string, unitsPerSecond: bigint): Promise<void> {
    await this.dataSource.query(
      `UPDATE leases SET units_per_second = $3::numeric
       WHERE landlord_id = $1 AND product_id = $2 AND resource_type = 'object-account'
         AND units_per_second < $3::numeric AND state = ANY($4::text[])`,
      [landlordId, productId, unitsPerSecond.toString(), [...LIVE_STATES]],
    );
  }

  /** Another document is in force under the lease's id from now on. */
  async amend(
    manager: EntityManager,
    id: string,
    amended: Pick<LeaseBooks, 'quantity' | 'document' | 'unitsPerSecond' | 'unitsBefore'> & {
      readonly acceptance: string;
      readonly amendedAt: Date;
    },
  ): Promise<void> {
    const { quantity, unitsPerSecond, unitsBefore, ...rest } = amended;
    await manager.getRepository(LeaseEntity).update(
      { id },
      {
        ...rest,
        quantity: String(quantity),
        unitsPerSecond: unitsPerSecond.toString(),
        unitsBefore: unitsBefore.toString(),
      },
    );
  }

  /** The landlord's countersignature of the lease in force. */
  async acceptanceOf(manager: EntityManager, id: string): Promise<string | null> {
    const row = await manager
      .getRepository(LeaseEntity)
      .findOne({ where: { id }, select: { id: true, acceptance: true } });
    return row?.acceptance ?? null;
  }

  async setDispute(manager: EntityManager, id: string, dispute: string): Promise<void> {
    await manager.getRepository(LeaseEntity).update({ id }, { dispute });
  }

  async recordUsage(manager: EntityManager, id: string, usage: SettledUsage): Promise<void> {
    await manager.getRepository(LeaseEntity).update(
      { id },
      {
        usageSeq: usage.seq,
        usageSha256: usage.sha256,
        usageTo: usage.to,
        units: Object.fromEntries(Object.entries(usage.units).map(([meter, units]) => [meter, units.toString()])),
        charged: usage.charged.toString(),
        unpaid: usage.unpaid.toString(),
      },
    );
  }

  async byId(id: string, manager: EntityManager = this.dataSource.manager): Promise<LeaseBooks | undefined> {
    const row = await manager.getRepository(LeaseEntity).findOneBy({ id });
    return row ? toBooks(row) : undefined;
  }

  /** The lease, locked until the transaction ends. */
  async lock(manager: EntityManager, id: string): Promise<LeaseBooks | undefined> {
    const row = await manager.getRepository(LeaseEntity).findOne({
      where: { id },
      lock: { mode: 'pessimistic_write' },
    });
    return row ? toBooks(row) : undefined;
  }

  /** The live lease of a resource; of an object account, which every landlord has one of, name the landlord. */
  async liveByResource(type: Resource['type'], id: string, landlordId?: string): Promise<LeaseBooks | undefined> {
    const row = await this.dataSource.getRepository(LeaseEntity).findOne({
      where: {
        resourceType: type,
        resourceId: id,
        state: In([...LIVE_STATES]),
        ...(landlordId === undefined ? {} : { landlordId }),
      },
      order: { createdAt: 'DESC' },
    });
    return row ? toBooks(row) : undefined;
  }

  async liveForProject(projectId: string, type?: Resource['type']): Promise<LeaseBooks[]> {
    const rows = await this.dataSource.getRepository(LeaseEntity).find({
      where: { projectId, state: In([...LIVE_STATES]), ...(type === undefined ? {} : { resourceType: type }) },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
    return rows.map(toBooks);
  }

  /** Newest first; `marker` is the last id of the page before. */
  async page(projectId: string | undefined, limit: number, marker?: string): Promise<LeaseBooks[]> {
    const query = this.dataSource
      .getRepository(LeaseEntity)
      .createQueryBuilder('lease')
      .orderBy('lease.createdAt', 'DESC')
      .addOrderBy('lease.id', 'DESC')
      .limit(limit);
    if (projectId !== undefined) query.andWhere('lease.projectId = :projectId', { projectId });
    if (marker !== undefined) {
      query.andWhere('(lease.created_at, lease.id) < (SELECT m.created_at, m.id FROM leases m WHERE m.id = :marker)', {
        marker,
      });
    }
    return (await query.getMany()).map(toBooks);
  }

  async withStates(landlordId: string, states: readonly LeaseState[]): Promise<LeaseBooks[]> {
    const rows = await this.dataSource
      .getRepository(LeaseEntity)
      .find({ where: { landlordId, state: In([...states]) }, order: { id: 'ASC' } });
    return rows.map(toBooks);
  }

  async byIds(ids: readonly string[]): Promise<LeaseBooks[]> {
    if (ids.length === 0) return [];
    const rows = await this.dataSource.getRepository(LeaseEntity).findBy({ id: In([...ids]) });
    return rows.map(toBooks);
  }
}
