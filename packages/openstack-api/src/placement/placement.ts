import { z } from 'zod';
import { Uuid } from '../ids.js';

const Link = z.strictObject({ rel: z.string(), href: z.string() });

export const PlacementVersions = z.strictObject({
  versions: z.array(
    z.strictObject({
      id: z.string(),
      status: z.literal('CURRENT'),
      min_version: z.string(),
      max_version: z.string(),
      links: z.array(Link),
    }),
  ),
});

/** A compute landlord, as Placement sees it. */
export const ResourceProvider = z
  .strictObject({
    uuid: Uuid,
    name: z.string(),
    generation: z.int(),
    parent_provider_uuid: z.null(),
    root_provider_uuid: Uuid,
    links: z.array(Link),
  })
  .meta({ id: 'ResourceProvider' });
export type ResourceProvider = z.infer<typeof ResourceProvider>;
export const ResourceProviderList = z.strictObject({ resource_providers: z.array(ResourceProvider) });

const Traits = z.array(z.string());
export const ProviderTraits = z.strictObject({ resource_provider_generation: z.int(), traits: Traits });
export const TraitList = z.strictObject({ traits: Traits });
