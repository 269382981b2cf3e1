import { type CollectionLinks, PAGE_LIMIT, type PageQuery } from '@ocx/openstack-api/identity/collection';
import type { z } from 'zod';

export interface PageRequest {
  readonly limit: number;
  readonly marker: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** The last id of this page, when there is more. */
  readonly next: string | undefined;
}

export const pageRequest = (query: z.infer<typeof PageQuery>): PageRequest => ({
  limit: query.limit ?? PAGE_LIMIT,
  marker: query.marker,
});

/** Makes a page of rows that were read with one more than the limit. */
export function toPage<T extends { id: string }>(rows: readonly T[], request: PageRequest): Page<T> {
  const items = rows.slice(0, request.limit);
  return { items, next: rows.length > request.limit ? items.at(-1)?.id : undefined };
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
