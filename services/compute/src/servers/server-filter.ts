import type { ServerListQuery } from '@ocx/openstack-api/compute/servers';
import { InvalidInput } from '@ocx/service-kit/errors';
import { isSortable, type ServerFilter, type ServerSort } from './servers.repository.js';

type States = Pick<ServerFilter, 'vmStates' | 'taskStates'>;

const BY_STATUS: Readonly<Record<string, States>> = {
  ACTIVE: { vmStates: ['active'] },
  BUILD: { vmStates: ['building'] },
  ERROR: { vmStates: ['error'] },
  SHUTOFF: { vmStates: ['stopped'] },
  REBOOT: { vmStates: ['active'], taskStates: ['rebooting'] },
  HARD_REBOOT: { vmStates: ['active'], taskStates: ['rebooting_hard'] },
};

/** The filter a list query asks for; undefined when nothing can match it. */
export function serverFilter(query: ServerListQuery): ServerFilter | undefined {
  const since = query['changes-since'];
  if (since !== undefined && Number.isNaN(Date.parse(since))) throw new InvalidInput('Invalid changes-since value');
  const [status] = [query.status ?? []].flat();
  if (status === undefined) return { query };
  const states = BY_STATUS[status.toUpperCase()];
  return states && { query, ...states };
}

const ALIASES: Readonly<Record<string, string>> = { name: 'display_name', id: 'uuid', status: 'vm_state' };

/** Nova's order: newest first unless told otherwise; ties by id, so that pages never overlap. */
export function serverSort(query: ServerListQuery): ServerSort[] {
  const keys = [query.sort_key ?? []].flat();
  const directions = [query.sort_dir ?? []].flat();
  const sort = keys.map((asked, index): ServerSort => {
    const key = ALIASES[asked] ?? asked;
    const direction = directions[index] ?? directions[0] ?? 'desc';
    if (!isSortable(key)) throw new InvalidInput(`Invalid input for query parameters sort_key. Value: ${asked}.`);
    if (direction !== 'asc' && direction !== 'desc') {
      throw new InvalidInput(`Invalid input for query parameters sort_dir. Value: ${direction}.`);
    }
    return { key, direction: direction === 'asc' ? 'ASC' : 'DESC' };
  });
  return [
    ...sort,
    { key: 'created_at', direction: 'DESC' as const },
    { key: 'uuid', direction: 'DESC' as const },
  ].filter((item, index, all) => all.findIndex(({ key }) => key === item.key) === index);
}
