import { z } from 'zod';
import { InvalidInput } from '@ocx/service-kit/errors';
import { parse } from '@ocx/service-kit/validation';
import { type SortOrder, sortOrders } from '../page.js';

const Many = z.coerce.number().int().nonnegative();
export const VolumeListQuery = z.object({
  limit: Many.optional(),
  offset: Many.optional(),
  marker: z.string().max(64).optional(),
  sort: z.string().max(255).optional(),
  sort_key: z.union([z.string(), z.array(z.string())]).optional(),
  sort_dir: z.union([z.string(), z.array(z.string())]).optional(),
  name: z.string().max(255).optional(),
  status: z.string().max(64).optional(),
  bootable: z.enum(['true', 'false', 'True', 'False']).optional(),
  availability_zone: z.string().max(255).optional(),
  metadata: z.string().max(4096).optional(),
  with_count: z.string().optional(),
  all_tenants: z.string().optional(),
  project_id: z.string().max(64).optional(),
});

export interface VolumeQuery {
  readonly limit: number;
  readonly offset: number | undefined;
  readonly marker: string | undefined;
  readonly name: string | undefined;
  readonly status: string | undefined;
  readonly bootable: string | undefined;
  readonly availability_zone: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly with_count: boolean;
  readonly all_tenants: boolean;
}

const MAX_LIMIT = 1000;
const COLUMNS: Readonly<Record<string, string>> = {
  created_at: 'created',
  updated_at: 'updated',
  id: 'id',
  name: 'name',
  display_name: 'name',
  status: 'status',
  size: 'size',
  availability_zone: 'zone',
  bootable: 'bootable',
};

/** `{'key': 'value'}`, as Cinder's clients send it: Python's notation or JSON. */
function metadataFilter(text: string | undefined): Record<string, string> {
  if (text === undefined) return {};
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(text.replaceAll("'", '"')));
  } catch {
    throw new InvalidInput('The filter metadata must be a dictionary of strings.');
  }
}

function ordersOf(query: z.infer<typeof VolumeListQuery>): SortOrder[] {
  if (query.sort === undefined) return sortOrders(query, COLUMNS);
  const pairs = query.sort.split(',').map((part) => part.split(':'));
  return pairs.flatMap(([key = '', direction = 'desc']) =>
    sortOrders({ sort_key: key.trim(), sort_dir: direction.trim() }, COLUMNS),
  );
}

/** `administrator` may ask for all projects; for everybody else the word is ignored, as Cinder does. */
export function parseVolumeQuery(raw: unknown, administrator: boolean): { query: VolumeQuery; orders: SortOrder[] } {
  const query = parse(VolumeListQuery, raw);
  const everybodys = /^(1|true)$/i.test(query.all_tenants ?? '');
  return {
    orders: ordersOf(query),
    query: {
      limit: Math.min(query.limit ?? MAX_LIMIT, MAX_LIMIT),
      offset: query.offset,
      marker: query.marker,
      name: query.name,
      status: query.status,
      bootable: query.bootable?.toLowerCase(),
      availability_zone: query.availability_zone,
      metadata: metadataFilter(query.metadata),
      with_count: /^(1|true)$/i.test(query.with_count ?? ''),
      all_tenants: everybodys && administrator,
    },
  };
}
