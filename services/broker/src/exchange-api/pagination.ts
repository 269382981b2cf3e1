import { z } from 'zod';
import { Uuid } from '@ocx/openstack-api/ids';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

/** `?limit=&marker=`: the marker is the last id of the page before. */
export const Page = z.object({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .default(DEFAULT_LIMIT)
    .transform((limit) => Math.min(limit, MAX_LIMIT)),
  marker: Uuid.optional(),
});

/** `?after=&limit=` over what is numbered. */
export const ReceiptsPage = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
});

/** The link to the next page, when this one is full. */
export function nextPage(path: string, items: readonly { id: string }[], limit: number): { next?: string } {
  const last = items.at(-1);
  return last && items.length >= limit ? { next: `${path}?limit=${limit}&marker=${last.id}` } : {};
}
