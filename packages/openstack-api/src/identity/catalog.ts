import { z } from 'zod';
import { collection, CollectionLinks, pageQuery, SelfLink, textFilters } from './collection.js';

const Id = z.string().min(1).max(64);
const RegionId = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^/\s]+$/);
const Text = z.string().max(65_535);
/** An http(s) URL, where `%(project_id)s` and the like may stand for what the scope fills in. */
const UrlTemplate = z
  .string()
  .min(1)
  .max(1024)
  .refine((url) => URL.canParse(url.replace(/[%$]\([a-z_]+\)s/g, 'x')) && /^https?:/.test(url), {
    message: 'Not an http or https URL.',
  });
export const EndpointInterface = z.enum(['public', 'internal', 'admin']);

export const CreateRegion = z.object({
  region: z.object({
    id: RegionId.optional(),
    description: Text.nullish(),
    parent_region_id: RegionId.nullish(),
  }),
});
export const UpdateRegion = z.object({
  region: z.object({ description: Text.nullish(), parent_region_id: RegionId.nullish() }),
});
export const RegionQuery = pageQuery('parent_region_id').extend({ parent_region_id: z.string().optional() });

const ServiceFields = z.object({
  type: z.string().trim().min(1).max(255),
  name: z.string().max(255).default(''),
  description: Text.nullish(),
  enabled: z.boolean().default(true),
});
export const CreateService = z.object({ service: ServiceFields });
export const UpdateService = z.object({
  service: z.object({
    type: z.string().trim().min(1).max(255).optional(),
    name: z.string().max(255).optional(),
    description: Text.nullish(),
    enabled: z.boolean().optional(),
  }),
});
export const ServiceQuery = pageQuery('type', 'name').extend(textFilters('type', 'name'));

export const CreateEndpoint = z.object({
  endpoint: z.object({
    service_id: Id,
    interface: EndpointInterface,
    url: UrlTemplate,
    region_id: RegionId.nullish(),
    /** The older spelling; it makes the region where there is none. */
    region: RegionId.nullish(),
    enabled: z.boolean().default(true),
  }),
});
export const UpdateEndpoint = z.object({
  endpoint: z.object({
    service_id: Id.optional(),
    interface: EndpointInterface.optional(),
    url: UrlTemplate.optional(),
    region_id: RegionId.nullish(),
    region: RegionId.nullish(),
    enabled: z.boolean().optional(),
  }),
});
export const EndpointQuery = pageQuery('interface', 'region_id', 'service_id', 'url').extend({
  interface: EndpointInterface.optional(),
  service_id: z.string().optional(),
  region_id: z.string().optional(),
});

/** What the broker registers for one region of the exchange. */
export const RegisterRegion = z.strictObject({
  description: Text.default(''),
  endpoints: z
    .array(z.strictObject({ type: z.string().min(1).max(64), name: z.string().max(255), url: UrlTemplate }))
    .max(50),
});

export const Region = z
  .strictObject({
    id: z.string(),
    description: z.string(),
    parent_region_id: z.string().nullable(),
    links: SelfLink,
  })
  .meta({ id: 'Region' });
export type Region = z.infer<typeof Region>;
export const RegionAnswer = z.strictObject({ region: Region });
export const RegionList = collection('regions', Region);

export const Service = z
  .strictObject({
    id: z.string(),
    type: z.string(),
    name: z.string(),
    description: z.string(),
    enabled: z.boolean(),
    links: SelfLink,
  })
  .meta({ id: 'Service' });
export type Service = z.infer<typeof Service>;
export const ServiceAnswer = z.strictObject({ service: Service });
export const ServiceList = collection('services', Service);

export const Endpoint = z
  .strictObject({
    id: z.string(),
    interface: EndpointInterface,
    region: z.string().nullable(),
    region_id: z.string().nullable(),
    service_id: z.string(),
    url: z.string(),
    enabled: z.boolean(),
    links: SelfLink,
  })
  .meta({ id: 'Endpoint' });
export type Endpoint = z.infer<typeof Endpoint>;
export const EndpointAnswer = z.strictObject({ endpoint: Endpoint });
export const EndpointList = collection('endpoints', Endpoint);

/** A token's service catalog: its URLs are filled in for the token's scope. */
export const Catalog = z
  .array(
    z.strictObject({
      id: z.string(),
      type: z.string(),
      name: z.string(),
      endpoints: z.array(
        z.strictObject({
          id: z.string(),
          interface: EndpointInterface,
          region: z.string().nullable(),
          region_id: z.string().nullable(),
          url: z.string(),
        }),
      ),
    }),
  )
  .meta({ id: 'Catalog' });
export type Catalog = z.infer<typeof Catalog>;
export const CatalogAnswer = z.strictObject({ catalog: Catalog, links: CollectionLinks });
