import { MAX_VOLUME_GIB, VolumeStatus } from '@ocx/openstack-api/block-storage/volumes';
import { Uuid } from '@ocx/openstack-api/ids';
import { InvalidInput } from '@ocx/service-kit/errors';
import { z } from 'zod';

/** Rows of one page unless fewer are asked for; Cinder's `osapi_max_limit`. */
export const MAX_PAGE = 1000;

export const SORT_KEYS = ['created_at', 'id', 'name', 'size', 'status', 'updated_at', 'bootable'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface VolumeSort {
  readonly key: SortKey;
  readonly descending: boolean;
}

export interface VolumeQuery {
  readonly limit: number;
  readonly offset: number;
  readonly marker?: string | undefined;
  readonly sort: readonly VolumeSort[];
  readonly filters: {
    readonly name?: string | undefined;
    readonly nameLike?: string | undefined;
    readonly status?: string | undefined;
    readonly bootable?: boolean | undefined;
    readonly size?: number | undefined;
    readonly metadata?: Readonly<Record<string, string>> | undefined;
  };
  /** Filters that can match nothing here, such as another availability zone. */
  readonly matchesNothing: boolean;
  readonly withCount: boolean;
}

const Count = z.string().regex(/^\d{1,9}$/, 'must be an integer equal or greater than 0');
const Flag = z.enum(['true', 'false', 'True', 'False', '1', '0']).transform((text) => /^(?:true|1)$/i.test(text));
const Text = z.string().max(255);

export const VolumeListQuery = z.object({
  limit: Count.optional(),
  offset: Count.optional(),
  marker: Uuid.optional(),
  sort: z.string().max(512).optional(),
  sort_key: Text.optional(),
  sort_dir: Text.optional(),
  name: Text.optional(),
  'name~': Text.optional(),
  display_name: Text.optional(),
  status: Text.optional(),
  bootable: Flag.optional(),
  size: Count.optional(),
  metadata: z.string().max(4096).optional(),
  availability_zone: Text.optional(),
  volume_type: Text.optional(),
  multiattach: Flag.optional(),
  with_count: Flag.optional(),
  all_tenants: Text.optional(),
});

function sortOf(query: z.infer<typeof VolumeListQuery>): VolumeSort[] {
  const words =
    query.sort === undefined
      ? (query.sort_key ?? 'created_at').split(',').map((key) => `${key}:${query.sort_dir ?? 'desc'}`)
      : query.sort.split(',');
  return words.map((word) => {
    const [key = '', direction = 'desc'] = word.trim().split(':');
    const known = SORT_KEYS.find((name) => name === (key === 'display_name' ? 'name' : key));
    if (!known || !['asc', 'desc'].includes(direction)) {
      throw new InvalidInput(`Invalid input received: Sort key or direction is invalid: ${word.slice(0, 64)}`);
    }
    return { key: known, descending: direction === 'desc' };
  });
}

/** Cinder's clients send the filter as JSON or as Python writes a dictionary. */
function metadataFilter(text: string): Record<string, string> {
  const parsed = z.record(z.string().max(255), z.string().max(255));
  for (const candidate of [text, text.replaceAll("u'", "'").replaceAll("'", '"')]) {
    try {
      return parsed.parse(JSON.parse(candidate));
    } catch {
      continue;
    }
  }
  throw new InvalidInput('Invalid input received: the metadata filter is not a dictionary of strings.');
}

/** Reads the query of a volume list. Unknown names are ignored, as Cinder does. Throws InvalidInput. */
export function volumeQuery(raw: unknown, zone: string, typeName: (id: string) => boolean): VolumeQuery {
  const result = VolumeListQuery.safeParse(raw);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new InvalidInput(
      `Invalid input for query parameters ${issue?.path.join('.') ?? ''}. ${issue?.message ?? ''}`,
    );
  }
  const query = result.data;
  const size = query.size === undefined ? undefined : Number(query.size);
  return {
    limit: Math.min(query.limit === undefined ? MAX_PAGE : Number(query.limit), MAX_PAGE),
    offset: Math.min(Number(query.offset ?? 0), Number.MAX_SAFE_INTEGER),
    marker: query.marker,
    sort: sortOf(query),
    filters: {
      name: query.name ?? query.display_name,
      nameLike: query['name~'],
      status: query.status?.toLowerCase(),
      bootable: query.bootable,
      size,
      metadata: query.metadata === undefined ? undefined : metadataFilter(query.metadata),
    },
    matchesNothing:
      (query.availability_zone !== undefined && query.availability_zone !== zone) ||
      (query.volume_type !== undefined && !typeName(query.volume_type)) ||
      (query.status !== undefined && !VolumeStatus.safeParse(query.status.toLowerCase()).success) ||
      (size !== undefined && size > MAX_VOLUME_GIB) ||
      query.multiattach === true,
    withCount: query.with_count ?? false,
  };
}
