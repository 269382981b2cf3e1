import { Injectable } from '@nestjs/common';
import { Conflict } from '@ocx/service-kit/errors';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import { isUniqueViolation } from '../database/constraints.js';
import { firstPage, type Page, type PageRequest, toPage, unknownMarker } from '../wire/collection.js';
import type { Limit, RegisteredLimit, ResourceLimit } from './limit.js';
import { LimitEntity } from './limit.entity.js';
import { RegisteredLimitEntity } from './registered-limit.entity.js';

export interface RegisteredLimitFilter {
  readonly serviceId?: string | undefined;
  readonly regionId?: string | undefined;
  readonly resourceName?: string | undefined;
}

export interface LimitFilter extends RegisteredLimitFilter {
  readonly id?: string;
  readonly projectId?: string | undefined;
  readonly domainId?: string | undefined;
}

/** Whose limits somebody sees. */
export interface LimitOwner {
  readonly projectId?: string | undefined;
  readonly domainId?: string | undefined;
}

// A few resources for each service; the bound only keeps an answer finite.
const LIST_LIMIT = 10_000;

const SORT_COLUMNS: Readonly<Record<string, string>> = {
  id: 'l.id',
  resource_name: 'r.resource_name',
  service_id: 'r.service_id',
};

const given = (fields: object): object =>
  Object.fromEntries((Object.entries(fields) as [string, unknown][]).filter(([, value]) => value !== undefined));

function refuse(kind: string, name: string) {
  return (error: unknown): never => {
    if (!isUniqueViolation(error)) throw error;
    throw new Conflict(`Conflict occurred attempting to store ${kind} - Duplicate entry for ${name}.`);
  };
}

@Injectable()
export class LimitsRepository {
  constructor(private readonly dataSource: DataSource) {}

  listRegistered(filter: RegisteredLimitFilter): Promise<RegisteredLimit[]> {
    const rows = this.dataSource.getRepository(RegisteredLimitEntity);
    return rows.find({ where: given(filter), order: { id: 'ASC' }, take: LIST_LIMIT });
  }

  findRegistered(id: string): Promise<RegisteredLimit | null> {
    return this.dataSource.getRepository(RegisteredLimitEntity).findOneBy({ id });
  }

  findResource(serviceId: string, regionId: string | null, resourceName: string): Promise<RegisteredLimit | null> {
    const where = { serviceId, regionId: regionId ?? IsNull(), resourceName };
    return this.dataSource.getRepository(RegisteredLimitEntity).findOneBy(where);
  }

  async insertRegistered(tx: EntityManager, limit: RegisteredLimit): Promise<void> {
    const rows = tx.getRepository(RegisteredLimitEntity);
    await rows.insert(limit).catch(refuse('registered_limit', limit.resourceName));
  }

  /** Only the resources that are not registered yet, for everywhere. */
  async insertMissing(tx: EntityManager, limits: readonly RegisteredLimit[]): Promise<void> {
    if (limits.length === 0) return;
    await tx
      .createQueryBuilder()
      .insert()
      .into(RegisteredLimitEntity)
      .values([...limits])
      .orIgnore()
      .updateEntity(false)
      .execute();
  }

  async updateRegistered(limit: RegisteredLimit): Promise<void> {
    const rows = this.dataSource.getRepository(RegisteredLimitEntity);
    await rows.update({ id: limit.id }, limit).catch(refuse('registered_limit', limit.resourceName));
  }

  async deleteRegistered(id: string): Promise<void> {
    await this.dataSource.getRepository(RegisteredLimitEntity).delete({ id });
  }

  isUsed(registeredLimitId: string): Promise<boolean> {
    return this.dataSource.getRepository(LimitEntity).existsBy({ registeredLimitId });
  }

  /** With `seenFrom`, only the limits of that project or that domain. */
  async list(filter: LimitFilter, page: PageRequest, seenFrom?: LimitOwner): Promise<Page<ResourceLimit>> {
    const column = SORT_COLUMNS[page.sortKey] ?? 'l.id';
    const [order, follows] = page.descending ? ['DESC', '<'] : ['ASC', '>'];
    const rows = await this.dataSource.query<ResourceLimit[]>(
      `SELECT l.id, l.registered_limit_id AS "registeredLimitId", l.project_id AS "projectId",
              l.domain_id AS "domainId", l.resource_limit AS "resourceLimit", l.description,
              r.service_id AS "serviceId", r.region_id AS "regionId", r.resource_name AS "resourceName"
         FROM limits l JOIN registered_limits r ON r.id = l.registered_limit_id
        WHERE ($1::varchar IS NULL OR l.id = $1) AND ($2::varchar IS NULL OR l.project_id = $2)
          AND ($3::varchar IS NULL OR l.domain_id = $3) AND ($4::varchar IS NULL OR r.service_id = $4)
          AND ($5::varchar IS NULL OR r.region_id = $5) AND ($6::varchar IS NULL OR r.resource_name = $6)
          AND (NOT $7::boolean OR l.project_id = $8 OR l.domain_id = $9)
          AND ($10::varchar IS NULL OR (${column}, l.id) ${follows} ($11, $10))
        ORDER BY ${column} ${order}, l.id ${order} LIMIT $12`,
      [
        filter.id ?? null,
        filter.projectId ?? null,
        filter.domainId ?? null,
        filter.serviceId ?? null,
        filter.regionId ?? null,
        filter.resourceName ?? null,
        seenFrom !== undefined,
        seenFrom?.projectId ?? null,
        seenFrom?.domainId ?? null,
        page.marker ?? null,
        await this.keyOfMarker(page),
        page.limit + 1,
      ],
    );
    return toPage(rows, page);
  }

  async find(id: string): Promise<ResourceLimit | undefined> {
    return (await this.list({ id }, firstPage(1))).items[0];
  }

  /** What the marker is sorted by. */
  private async keyOfMarker({ marker, sortKey }: PageRequest): Promise<string | null> {
    if (marker === undefined || sortKey === 'id') return marker ?? null;
    const last = await this.find(marker);
    if (!last) throw unknownMarker(marker);
    return sortKey === 'resource_name' ? last.resourceName : last.serviceId;
  }

  async insert(tx: EntityManager, limit: Limit, resourceName: string): Promise<void> {
    await tx.getRepository(LimitEntity).insert(limit).catch(refuse('limit', resourceName));
  }

  async update(id: string, change: Pick<Limit, 'resourceLimit' | 'description'>): Promise<void> {
    await this.dataSource.getRepository(LimitEntity).update({ id }, change);
  }

  async delete(id: string): Promise<void> {
    await this.dataSource.getRepository(LimitEntity).delete({ id });
  }
}
