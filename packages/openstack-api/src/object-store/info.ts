import { z } from 'zod';

const Limit = z.int().nonnegative();

/** `GET /info`: what the service can do. A client takes a missing key as "cannot". */
export const SwiftInfo = z
  .object({
    swift: z.object({
      policies: z.array(z.object({ name: z.string(), aliases: z.string(), default: z.literal(true).optional() })),
      max_file_size: Limit,
      max_meta_name_length: Limit,
      max_meta_value_length: Limit,
      max_meta_count: Limit,
      max_meta_overall_size: Limit,
      max_header_size: Limit,
      max_object_name_length: Limit,
      max_container_name_length: Limit,
      max_account_name_length: Limit,
      container_listing_limit: Limit,
      account_listing_limit: Limit,
      account_autocreate: z.boolean(),
      allow_account_management: z.boolean(),
      valid_api_versions: z.array(z.string()),
    }),
    bulk_delete: z.object({ max_deletes_per_request: Limit, max_failed_deletes: Limit }).optional(),
    slo: z.object({ max_manifest_segments: Limit, max_manifest_size: Limit, min_segment_size: Limit }).optional(),
    dlo: z.object({ max_segments: Limit }).optional(),
  })
  .meta({ id: 'SwiftInfo' });
export type SwiftInfo = z.infer<typeof SwiftInfo>;
