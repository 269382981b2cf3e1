import { type CollectionLinks, PAGE_LIMIT, type PageQuery } from '@ocx/openstack-api/identity/collection';
import { InvalidInput } from '@ocx/service-kit/errors';

export interface PageRequest {
  readonly limit: number;
  readonly marker: string | undefined;
  /** As the wire and the column call it. Ties, and everything that is unique, go by `id`. */
  readonly sortKey: string;
  readonly descending: boolean;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** The last id of this page, when there is more. */
  readonly next: string | undefined;
}

export const pageRequest = (query: PageQuery): PageRequest => ({
  limit: Math.min(query.limit ?? PAGE_LIMIT, PAGE_LIMIT),
  marker: query.marker,
  sortKey: query.sort_key,
  descending: query.sort_dir === 'desc',
});

/** The first of everything, by id. */
export const firstPage = (limit: number): PageRequest => ({
  limit,
  marker: undefined,
  sortKey: 'id',
  descending: false,
});

/** Makes a page of rows that were read with one more than the limit. */
export function toPage<T extends { id: string }>(rows: readonly T[], request: PageRequest): Page<T> {
  const items = rows.slice(0, request.limit);
  return { items, next: rows.length > request.limit ? items.at(-1)?.id : undefined };
}

export const unknownMarker = (marker: string): InvalidInput => new InvalidInput(`Could not find marker: ${marker}.`);

const order = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

/** One page of what was read whole. The marker of a list by id need not be there any more. */
export function pageOf<T extends { id: string }>(items: readonly T[], request: PageRequest): Page<T> {
  const keyOf = (item: T): string =>
    String((item as Record<string, string | boolean | null | undefined>)[request.sortKey] ?? '');
  const direction = request.descending ? -1 : 1;
  const compare = (one: T, other: T): number =>
    direction * (order(keyOf(one), keyOf(other)) || order(one.id, other.id));
  const sorted = [...items].sort(compare);
  const { marker } = request;
  if (marker === undefined) return toPage(sorted, request);
  const last = request.sortKey === 'id' ? ({ id: marker } as T) : sorted.find(({ id }) => id === marker);
  if (!last) throw unknownMarker(marker);
  return toPage(
    sorted.filter((item) => compare(item, last) > 0),
    request,
  );
}

/** A list as Keystone wraps it. `url` is the request's own, with its query. */
export function collectionLinks(url: string, next?: string): CollectionLinks {
  if (next === undefined) return { self: url, previous: null, next: null };
  const following = new URL(url);
  following.searchParams.set('marker', next);
  return { self: url, previous: null, next: following.toString() };
}

export const truncated = (next: string | undefined): { truncated?: true } =>
  next === undefined ? {} : { truncated: true };

/** The page that a query asks for of what was read whole, wrapped. `url` is the request's own, with its query. */
export function pageView<Name extends string, T extends { id: string }>(
  name: Name,
  views: readonly T[],
  query: PageQuery,
  url: string,
) {
  const { items, next } = pageOf(views, pageRequest(query));
  return {
    ...({ [name]: items } as Record<Name, readonly T[]>),
    links: collectionLinks(url, next),
    ...truncated(next),
  };
}
