import { Injectable } from '@nestjs/common';
import { InvalidInput } from '@ocx/service-kit/errors';
import { DataSource, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import type { Owner } from '../owner.js';
import { VolumeEntity } from './volume.entity.js';
import type { SortKey, VolumeQuery, VolumeSort } from './volume-query.js';
import type { Volume, VolumeStatus } from './volume.js';

// In parentheses, or the query builder takes them for properties it has selected already.
const COLUMNS: Record<SortKey, string> = {
  created_at: '(v.created_at)',
  id: '(v.id)',
  name: `coalesce(v.name, '')`,
  size: '(v.size)',
  status: '(v.status)',
  updated_at: 'coalesce(v.updated_at, v.created_at)',
  bootable: '(v.bootable)',
};

export interface VolumeUse {
  readonly volumes: number;
  readonly gigabytes: number;
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, (character) => `\\${character}`);

/** Rows of volumes. Every reader names the owner, so that no project sees another's. */
@Injectable()
export class VolumesRepository {
  constructor(private readonly dataSource: DataSource) {}

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  /** Null when the id is taken. */
  async insert(manager: EntityManager, volume: Volume): Promise<boolean> {
    const result = await manager
      .createQueryBuilder()
      .insert()
      .into(VolumeEntity)
      .values({ ...volume, metadata: { ...volume.metadata } })
      .orIgnore()
      .returning('id')
      .execute();
    return (result.raw as unknown[]).length === 1;
  }

  async find(id: string, owner?: Owner): Promise<Volume | null> {
    return this.dataSource.manager.findOneBy(VolumeEntity, { id, ...(owner ?? {}) });
  }

  async lock(manager: EntityManager, id: string): Promise<Volume | null> {
    return manager.findOne(VolumeEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async update(
    manager: EntityManager,
    id: string,
    changes: Partial<Pick<Volume, 'name' | 'description' | 'metadata' | 'status' | 'size' | 'bootable'>>,
  ): Promise<void> {
    await manager.update(VolumeEntity, { id }, { ...changes, updatedAt: new Date() });
  }

  async delete(manager: EntityManager, id: string): Promise<void> {
    await manager.delete(VolumeEntity, { id });
  }

  /** Volumes a crash left in the middle of something. */
  withStatus(statuses: readonly VolumeStatus[]): Promise<Volume[]> {
    return this.dataSource.manager
      .createQueryBuilder(VolumeEntity, 'v')
      .where('v.status IN (:...statuses)', { statuses })
      .getMany();
  }

  /** What the owner's quota is used by. Give a transaction that holds {@link lockQuota} to decide by it. */
  async use(owner: Owner, manager: EntityManager = this.dataSource.manager): Promise<VolumeUse> {
    const row = await manager
      .createQueryBuilder(VolumeEntity, 'v')
      .select('count(*)::int', 'volumes')
      .addSelect('coalesce(sum(v.size), 0)::int', 'gigabytes')
      .where({ realm: owner.realm, projectId: owner.projectId })
      .getRawOne<VolumeUse>();
    return row ?? { volumes: 0, gigabytes: 0 };
  }

  /** Every metadata key of the owner's volumes with its distinct values. */
  async metadataSummary(owner: Owner): Promise<Record<string, string[]>> {
    const rows = await this.dataSource.manager.query<{ key: string; values: string[] }[]>(
      `SELECT entry.key, array_agg(DISTINCT entry.value) AS values
       FROM volumes v CROSS JOIN LATERAL jsonb_each_text(v.metadata) AS entry
       WHERE v.realm = $1 AND v.project_id = $2 GROUP BY entry.key`,
      [owner.realm, owner.projectId],
    );
    return Object.fromEntries(rows.map(({ key, values }) => [key, values]));
  }

  /** Creations of one project take turns until the transaction ends, so that none overlooks another. */
  async lockQuota(manager: EntityManager, owner: Owner): Promise<void> {
    await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `volumes:${owner.realm}:${owner.projectId}`,
    ]);
  }

  async count(owner: Owner, query: VolumeQuery): Promise<number> {
    return query.matchesNothing ? 0 : this.matching(owner, query).getCount();
  }

  /** One page, and one row more when there is a next one. Throws InvalidInput for an unknown marker. */
  async page(owner: Owner, query: VolumeQuery): Promise<Volume[]> {
    if (query.matchesNothing || query.limit === 0) return [];
    const select = this.matching(owner, query);
    const sort = query.sort.some(({ key }) => key === 'id')
      ? query.sort
      : [...query.sort, { key: 'id', descending: true } as const];
    if (query.marker !== undefined) await this.after(select, owner, query.marker, sort);
    for (const { key, descending } of sort) {
      select.addSelect(COLUMNS[key], `sort_${key}`).addOrderBy(`sort_${key}`, descending ? 'DESC' : 'ASC');
    }
    return select
      .offset(query.offset)
      .limit(query.limit + 1)
      .getMany();
  }

  private matching(owner: Owner, { filters }: VolumeQuery): SelectQueryBuilder<VolumeEntity> {
    const select = this.dataSource.manager.createQueryBuilder(VolumeEntity, 'v');
    select.where('v.realm = :realm AND v.project_id = :projectId', { ...owner });
    const { name, nameLike, status, bootable, size, metadata } = filters;
    if (name !== undefined) select.andWhere('v.name = :name', { name });
    if (nameLike !== undefined) select.andWhere('v.name LIKE :like', { like: `%${escapeLike(nameLike)}%` });
    if (status !== undefined) select.andWhere('v.status = :status', { status });
    if (bootable !== undefined) select.andWhere('v.bootable = :bootable', { bootable });
    if (size !== undefined) select.andWhere('v.size = :size', { size });
    if (metadata !== undefined) select.andWhere('v.metadata @> :metadata', { metadata: JSON.stringify(metadata) });
    return select;
  }

  /** Rows after the marker in the order of the sort: the first key that differs decides. */
  private async after(
    select: SelectQueryBuilder<VolumeEntity>,
    owner: Owner,
    marker: string,
    sort: readonly VolumeSort[],
  ): Promise<void> {
    if (!(await this.find(marker, owner)))
      throw new InvalidInput(`Invalid input received: marker ${marker} not found.`);
    const markers = (key: SortKey) =>
      `(SELECT ${COLUMNS[key].replaceAll('v.', 'm.')} FROM volumes m WHERE m.id = :marker)`;
    const alternatives = sort.map(({ key, descending }, index) => {
      const equal = sort.slice(0, index).map((before) => `${COLUMNS[before.key]} = ${markers(before.key)}`);
      return `(${[...equal, `${COLUMNS[key]} ${descending ? '<' : '>'} ${markers(key)}`].join(' AND ')})`;
    });
    select.andWhere(`(${alternatives.join(' OR ')})`, { marker });
  }
}
