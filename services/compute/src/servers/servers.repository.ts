import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { ServerListQuery } from '@ocx/openstack-api/compute/servers';
import { type EntityManager, In, IsNull, QueryFailedError, Repository, type SelectQueryBuilder } from 'typeorm';
import type { Owner, Server, TaskState, VmState } from './server.js';
import { ServerEntity } from './server.entity.js';

export interface ServerSort {
  readonly key: string;
  readonly direction: 'ASC' | 'DESC';
}

const COLUMNS: Record<string, string> = {
  created_at: 'server.createdAt',
  updated_at: 'server.updatedAt',
  display_name: 'server.name',
  uuid: 'server.id',
  vm_state: 'server.vmState',
  task_state: 'server.taskState',
  key_name: 'server.keyName',
  host: 'server.realm',
  launched_at: 'server.launchedAt',
};

export const isSortable = (key: string): boolean => key in COLUMNS;

export interface ServerFilter {
  readonly query: ServerListQuery;
  /** What `status` comes to; undefined: any. */
  readonly vmStates?: readonly VmState[];
  readonly taskStates?: readonly TaskState[];
}

export type ServerChange = Partial<
  Pick<
    Server,
    | 'name'
    | 'description'
    | 'vmState'
    | 'taskState'
    | 'fault'
    | 'hostname'
    | 'metadata'
    | 'tags'
    | 'accessIPv4'
    | 'accessIPv6'
    | 'engineId'
    | 'address'
    | 'mac'
    | 'launchedAt'
  >
>;

/** Which rows a change is for; the change happens only while they hold. */
export interface Expected {
  readonly id: string;
  readonly vmState?: VmState;
  readonly taskState?: TaskState | null;
}

/** Another server has the address. */
export class AddressTaken extends Error {
  override name = 'AddressTaken';
}

@Injectable()
export class ServersRepository {
  constructor(@InjectRepository(ServerEntity) private readonly rows: Repository<ServerEntity>) {}

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.rows.manager.transaction(work);
  }

  async find(owner: Owner, id: string): Promise<Server | undefined> {
    return (await this.rows.findOneBy({ id, realm: owner.realm, projectId: owner.projectId })) ?? undefined;
  }

  async byId(id: string): Promise<Server | undefined> {
    return (await this.rows.findOneBy({ id })) ?? undefined;
  }

  all(): Promise<Server[]> {
    return this.rows.find();
  }

  async list(
    owner: Owner,
    filter: ServerFilter,
    page: { sort: readonly ServerSort[]; marker?: Server; limit: number },
  ): Promise<Server[]> {
    const query = this.rows
      .createQueryBuilder('server')
      .where('server.realm = :realm AND server.projectId = :projectId', { ...owner });
    applyFilter(query, filter);
    for (const { key, direction } of page.sort) query.addOrderBy(COLUMNS[key] ?? 'server.id', direction);
    if (page.marker) applyMarker(query, page.sort, page.marker);
    return query.take(page.limit).getMany();
  }

  /** Of a project: servers and the flavors they have, for quotas and limits. */
  async flavorsInUse(owner: Owner, manager?: EntityManager): Promise<string[]> {
    const rows = manager ? manager.getRepository(ServerEntity) : this.rows;
    const found = await rows.find({
      select: { flavorId: true },
      where: { realm: owner.realm, projectId: owner.projectId },
    });
    return found.map(({ flavorId }) => flavorId);
  }

  /** One project's creations take turns until the transaction ends, so that a quota counts exactly. */
  async lockProject(manager: EntityManager, owner: Owner): Promise<void> {
    await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${owner.realm}/${owner.projectId}`]);
  }

  /** False when there is a server of this id or lease. */
  async add(manager: EntityManager, server: Server): Promise<boolean> {
    const result = await manager
      .getRepository(ServerEntity)
      .createQueryBuilder()
      .insert()
      .values({ ...server, publicKeys: [...server.publicKeys] })
      .orIgnore()
      .returning('id')
      .execute();
    return (result.raw as unknown[]).length > 0;
  }

  /** The addresses that servers have on a network. */
  async addresses(networkId: string): Promise<ReadonlySet<string>> {
    const rows: { address: string }[] = await this.rows.query(
      'SELECT address FROM servers WHERE network_id = $1 AND address IS NOT NULL',
      [networkId],
    );
    return new Set(rows.map(({ address }) => address));
  }

  /**
   * Compare-and-swap: false when the server is gone or not in the expected state. Throws {@link AddressTaken} when another
   * server of the network was given the address.
   */
  async change(expected: Expected, change: ServerChange, manager?: EntityManager): Promise<boolean> {
    const rows = manager ? manager.getRepository(ServerEntity) : this.rows;
    const { id, vmState, taskState } = expected;
    const where = {
      id,
      ...(vmState === undefined ? {} : { vmState }),
      ...(taskState === undefined ? {} : { taskState: taskState ?? IsNull() }),
    };
    const result = await rows.update(where, { ...change, updatedAt: new Date() }).catch((error: unknown) => {
      throw violates(error, 'servers_address') ? new AddressTaken() : error;
    });
    return (result.affected ?? 0) > 0;
  }

  async remove(id: string, manager?: EntityManager): Promise<boolean> {
    const rows = manager ? manager.getRepository(ServerEntity) : this.rows;
    return ((await rows.delete({ id })).affected ?? 0) > 0;
  }

  ofIds(ids: readonly string[]): Promise<Server[]> {
    return this.rows.findBy({ id: In([...ids]) });
  }
}

function violates(error: unknown, constraint: string): boolean {
  return error instanceof QueryFailedError && (error.driverError as { constraint?: string }).constraint === constraint;
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

function applyFilter(
  query: SelectQueryBuilder<ServerEntity>,
  { query: asked, vmStates, taskStates }: ServerFilter,
): void {
  if (vmStates) query.andWhere('server.vmState IN (:...vmStates)', { vmStates });
  if (taskStates) query.andWhere('server.taskState IN (:...taskStates)', { taskStates });
  // Nova takes a regular expression; one from outside never reaches the database. What clients send are plain words.
  if (asked.name !== undefined) query.andWhere('server.name LIKE :name', { name: likePattern(asked.name) });
  if (asked.ip !== undefined) query.andWhere('server.address LIKE :ip', { ip: likePattern(asked.ip) });
  const equal: [string, string, string | undefined][] = [
    ['server.flavorId', 'flavor', asked.flavor?.split('/').at(-1)],
    ['server.keyName', 'key', asked.key_name],
  ];
  for (const [column, name, value] of equal)
    if (value !== undefined) query.andWhere(`${column} = :${name}`, { [name]: value });
  if (asked.image !== undefined)
    query.andWhere('server.imageId::text = :image', { image: asked.image.split('/').at(-1) });
  if (asked.uuid !== undefined) query.andWhere('server.id::text = :uuid', { uuid: asked.uuid });
  if (asked.tags !== undefined)
    query.andWhere('server.tags @> :tags::jsonb', { tags: JSON.stringify(asked.tags.split(',')) });
  const since = asked['changes-since'];
  if (since !== undefined) query.andWhere('server.updatedAt >= :since', { since: new Date(since) });
}

/** Rows after the marker in the given order, where PostgreSQL has nulls last ascending and first descending. */
function applyMarker(query: SelectQueryBuilder<ServerEntity>, sort: readonly ServerSort[], marker: Server): void {
  const keys = sort.map(({ key, direction }, index) => {
    const column = COLUMNS[key] ?? 'server.id';
    const value = marker[column.slice('server.'.length) as keyof Server];
    return { column, direction, value, parameter: `marker${index}` };
  });
  const alternatives = keys.map(({ column, direction, value, parameter }, index) => {
    const equal = keys.slice(0, index).map((one) => `${one.column} IS NOT DISTINCT FROM :${one.parameter}`);
    const ascending = value === null ? 'FALSE' : `(${column} > :${parameter} OR ${column} IS NULL)`;
    const descending = value === null ? `${column} IS NOT NULL` : `${column} < :${parameter}`;
    return `(${[...equal, direction === 'ASC' ? ascending : descending].join(' AND ')})`;
  });
  const parameters = Object.fromEntries(keys.map(({ parameter, value }) => [parameter, value]));
  query.andWhere(`(${alternatives.join(' OR ')})`, parameters);
}

/** `^web-.*$` and `web` as a LIKE pattern: anchors and `.*` have their meaning, everything else is literal. */
function likePattern(expression: string): string {
  const start = expression.startsWith('^') ? '' : '%';
  const end = expression.endsWith('$') ? '' : '%';
  const body = expression.replace(/^\^/, '').replace(/\$$/, '');
  return (
    start +
    body
      .split('.*')
      .map((part) => escapeLike(part.replace(/\\(.)/g, '$1')))
      .join('%') +
    end
  );
}
