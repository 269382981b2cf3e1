import { z } from 'zod';

/** Swift's `last_modified`: microseconds, no zone, always UTC. */
export const SwiftTime = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}$/);

/** What a delimiter rolled up into one row. */
export const SubdirEntry = z.object({ subdir: z.string() });
export type SubdirEntry = z.infer<typeof SubdirEntry>;

export const ContainerEntry = z
  .object({
    name: z.string(),
    count: z.int().nonnegative(),
    bytes: z.int().nonnegative(),
    last_modified: SwiftTime,
  })
  .meta({ id: 'ContainerEntry' });
export type ContainerEntry = z.infer<typeof ContainerEntry>;

export const ObjectEntry = z
  .object({
    name: z.string(),
    /** MD5 of the content, without quotes. */
    hash: z.string(),
    bytes: z.int().nonnegative(),
    content_type: z.string(),
    last_modified: SwiftTime,
    /** Of a static large object: its Etag, with quotes. */
    slo_etag: z.string().optional(),
  })
  .meta({ id: 'ObjectEntry' });
export type ObjectEntry = z.infer<typeof ObjectEntry>;

/** `GET /v1/{account}?format=json` */
export const AccountListing = z.array(z.union([ContainerEntry, SubdirEntry])).max(10_000);
export type AccountListing = z.infer<typeof AccountListing>;

/** `GET /v1/{account}/{container}?format=json` */
export const ContainerListing = z.array(z.union([ObjectEntry, SubdirEntry])).max(10_000);
export type ContainerListing = z.infer<typeof ContainerListing>;

/** One segment as a client uploads a static large object's manifest. */
export const SloSegment = z.strictObject({
  path: z.string().min(1),
  etag: z.string().nullish(),
  size_bytes: z.int().nonnegative().nullish(),
  range: z
    .string()
    .regex(/^\d*-\d*$/)
    .nullish(),
});
export type SloSegment = z.infer<typeof SloSegment>;
