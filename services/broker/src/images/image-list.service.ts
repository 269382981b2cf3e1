import { Injectable } from '@nestjs/common';
import type { ImageListQuery } from '@ocx/openstack-api/image/images';
import { InvalidInput } from '@ocx/service-kit/errors';
import { pageOf, type SortableRow, type SortOrder } from '../proxy/page.js';
import { isOperator } from '../exchange-api/exchange.policy.js';
import type { Image, ImageCaller } from './image.js';
import { ImagesRepository } from './images.repository.js';

const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 1000;
const SORT_KEYS = ['name', 'status', 'container_format', 'disk_format', 'size', 'id', 'created_at', 'updated_at'];

function keysOf(image: Image): SortableRow['keys'] {
  return {
    id: image.id,
    name: image.name,
    status: image.status,
    container_format: image.containerFormat,
    disk_format: image.diskFormat,
    size: image.size,
    created_at: image.createdAt.getTime(),
    updated_at: image.updatedAt.getTime(),
  };
}

function order(key: string, direction: string): SortOrder {
  if (!SORT_KEYS.includes(key)) throw new InvalidInput(`Invalid sort key: ${key}.`);
  if (direction !== 'asc' && direction !== 'desc') throw new InvalidInput(`Invalid sort direction: ${direction}`);
  return { key, descending: direction === 'desc' };
}

function ordersOf(query: ImageListQuery): SortOrder[] {
  if (query.sort !== undefined) {
    return query.sort.split(',').map((part) => {
      const [key = '', direction = 'desc'] = part.split(':');
      return order(key.trim(), direction.trim());
    });
  }
  const keys = [query.sort_key ?? []].flat();
  const directions = [query.sort_dir ?? []].flat();
  if (keys.length === 0) return [order('created_at', directions[0] ?? 'desc')];
  return keys.map((key, index) => order(key, directions[index] ?? directions[0] ?? 'desc'));
}

/** `in:a,b` and `a`, as Glance filters by id, name, status and formats. */
function matches(filter: string | undefined, value: string | null): boolean {
  if (filter === undefined) return true;
  if (!filter.startsWith('in:')) return filter === value;
  const allowed = filter
    .slice(3)
    .split(',')
    .map((item) => item.replace(/^"|"$/g, ''));
  return value !== null && allowed.includes(value);
}

function isMatch(image: Image, query: ImageListQuery, properties: Readonly<Record<string, string>>): boolean {
  const tags = [query.tag ?? []].flat();
  return (
    matches(query.name, image.name) &&
    matches(query.id, image.id) &&
    matches(query.status, image.status) &&
    matches(query.container_format, image.containerFormat) &&
    matches(query.disk_format, image.diskFormat) &&
    (query.owner === undefined || query.owner === image.owner) &&
    (query.protected === undefined || (query.protected === 'true') === image.protected) &&
    (query.size_min === undefined || (image.size ?? 0) >= query.size_min) &&
    (query.size_max === undefined || (image.size ?? 0) <= query.size_max) &&
    (query.os_hidden?.toLowerCase() === 'true') === image.hidden &&
    tags.every((tag) => image.tags.includes(tag)) &&
    Object.entries(properties).every(([key, value]) => image.properties[key] === value)
  );
}

@Injectable()
export class ImageListService {
  constructor(private readonly repository: ImagesRepository) {}

  /** A page of what the caller may see, and the id after which the next page begins. */
  async list(
    caller: ImageCaller,
    query: ImageListQuery,
    properties: Readonly<Record<string, string>>,
  ): Promise<{ images: Image[]; nextMarker: string | undefined }> {
    const projectId = caller.projectId ?? '';
    const all = await this.repository.visibleTo(isOperator(caller) ? null : projectId);
    const shown = await this.byVisibility(all, caller, query);
    const rows = shown
      .filter((image) => isMatch(image, query, properties))
      .map((image) => ({ id: image.id, keys: keysOf(image), image }));
    const marker = all.find(({ id }) => id === query.marker);
    if (query.marker !== undefined && !marker) throw new InvalidInput('Invalid marker. Image could not be found.');
    const limit = Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
    const page = pageOf(rows, {
      orders: ordersOf(query),
      limit,
      marker: marker && { id: marker.id, keys: keysOf(marker) },
    });
    return {
      images: page.rows.map(({ image }) => image),
      nextMarker: page.more && limit > 0 ? page.rows.at(-1)?.id : undefined,
    };
  }

  /** Others' community images only on demand, shared ones by the member's own answer, as Glance does. */
  private async byVisibility(all: readonly Image[], caller: ImageCaller, query: ImageListQuery): Promise<Image[]> {
    const mine = (image: Image) => image.owner === caller.projectId;
    const memberships = await this.repository.membershipsOf(caller.projectId ?? '');
    const wanted = query.member_status ?? 'accepted';
    const shared = new Set(
      memberships.filter(({ status }) => wanted === 'all' || status === wanted).map(({ imageId }) => imageId),
    );
    const visibility = query.visibility;
    return all.filter((image) => {
      if (visibility !== undefined && visibility !== 'all' && image.visibility !== visibility) return false;
      if (mine(image) || image.visibility === 'public') return true;
      if (image.visibility === 'community') return visibility === 'community' || visibility === 'all';
      return shared.has(image.id) || isOperator(caller);
    });
  }
}
