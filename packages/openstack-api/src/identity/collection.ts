import { z } from 'zod';

/** The most rows one answer holds; a longer list is cut, says `truncated`, and links to the next page. */
export const PAGE_LIMIT = 1000;

/**
 * Query parameters of a list of things with ids: which page, and in which order.
 * @param keys what it may be sorted by, besides the id, which also decides between equals
 */
export function pageQuery<const Keys extends readonly string[]>(...keys: Keys) {
  return z.object({
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .optional()
      .describe(`of more than ${String(PAGE_LIMIT)}, so many`),
    marker: z.string().max(255).optional().describe('the id after which the page begins'),
    sort_key: z.enum(['id', ...keys]).default('id'),
    sort_dir: z.enum(['asc', 'desc']).default('asc'),
  });
}
export type PageQuery = z.output<ReturnType<typeof pageQuery<readonly string[]>>>;

/** `?enabled` without a value means true; only `0` and `false` mean false. */
export const BooleanQuery = z
  .string()
  .transform((value) => !['0', 'false', 'no', 'off'].includes(value.toLowerCase()))
  .optional();

const COMPARATORS = ['contains', 'icontains', 'startswith', 'istartswith', 'endswith', 'iendswith'] as const;
export type Comparator = (typeof COMPARATORS)[number];

/** Query parameters that filter by a text: `name` for all of it, `name__icontains` and its kin for a part. */
export function textFilters<Name extends string>(...names: readonly Name[]) {
  const keys = names.flatMap((name) => [name, ...COMPARATORS.map((comparator) => `${name}__${comparator}` as const)]);
  return Object.fromEntries(keys.map((key) => [key, z.string().max(255).optional()])) as Record<
    Name | `${Name}__${Comparator}`,
    z.ZodOptional<z.ZodString>
  >;
}

/** Where a list is, and where it goes on. */
export const CollectionLinks = z
  .strictObject({ self: z.string(), previous: z.null(), next: z.string().nullable() })
  .meta({ id: 'CollectionLinks' });
export type CollectionLinks = z.infer<typeof CollectionLinks>;

/** Where one thing is. */
export const SelfLink = z.strictObject({ self: z.string() });

/** A list as Keystone wraps it. `truncated`: there is more, at `links.next`. */
export function collection<Name extends string, Item extends z.ZodType>(name: Name, item: Item) {
  const list = { [name]: z.array(item) } as Record<Name, z.ZodArray<Item>>;
  return z.strictObject({ ...list, links: CollectionLinks, truncated: z.literal(true).optional() });
}
