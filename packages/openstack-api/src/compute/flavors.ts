import { z } from 'zod';
import { OpenStackId } from '../ids.js';
import { Links } from './values.js';

/** A flavor in detail, over all microversions. */
export const FlavorDetail = z
  .strictObject({
    id: OpenStackId,
    name: z.string(),
    vcpus: z.int(),
    ram: z.int(),
    disk: z.int(),
    swap: z.union([z.literal(''), z.int()]),
    rxtx_factor: z.number().optional(),
    links: Links,
    'OS-FLV-DISABLED:disabled': z.boolean(),
    'OS-FLV-EXT-DATA:ephemeral': z.int(),
    'os-flavor-access:is_public': z.boolean(),
    description: z.string().nullable().optional(),
    extra_specs: z.record(z.string(), z.string()).optional(),
  })
  .meta({ id: 'Flavor' });
export type FlavorDetail = z.infer<typeof FlavorDetail>;

export const FlavorAnswer = z.strictObject({ flavor: FlavorDetail });
export const FlavorDetailList = z.strictObject({ flavors: z.array(FlavorDetail) });

/** A row of `GET /flavors`. */
export const FlavorSummary = z.strictObject({
  id: OpenStackId,
  name: z.string(),
  description: z.string().nullable().optional(),
  links: Links,
});
export type FlavorSummary = z.infer<typeof FlavorSummary>;
export const FlavorList = z.strictObject({ flavors: z.array(FlavorSummary) });
export const FlavorExtraSpec = z.record(z.string(), z.string()).describe('the one that was asked for');
export const FlavorExtraSpecs = z.strictObject({ extra_specs: z.record(z.string(), z.string()) });

export const FlavorListQuery = z.object({
  limit: z.coerce.number().int().nonnegative().optional(),
  marker: z.string().max(255).optional(),
  minRam: z.coerce.number().int().nonnegative().optional(),
  minDisk: z.coerce.number().int().nonnegative().optional(),
  sort_key: z.enum(['flavorid', 'id', 'name', 'memory_mb', 'vcpus', 'root_gb']).optional(),
  sort_dir: z.enum(['asc', 'desc']).optional(),
  is_public: z.string().optional(),
});
export type FlavorListQuery = z.infer<typeof FlavorListQuery>;
