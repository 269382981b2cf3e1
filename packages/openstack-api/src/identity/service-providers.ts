import { z } from 'zod';
import { OpenStackId } from '../ids.js';
import { BooleanQuery, collection, pageQuery, SelfLink } from './collection.js';

const Url = z.url({ protocol: /^https?$/ }).max(256);
const Description = z.string().max(65_535).nullish();
const RelayStatePrefix = z.string().max(256);

export const CreateServiceProvider = z.object({
  service_provider: z.strictObject({
    auth_url: Url,
    sp_url: Url,
    description: Description,
    enabled: z.boolean().default(false),
    relay_state_prefix: RelayStatePrefix.default('ss:mem:'),
  }),
});
export const UpdateServiceProvider = z.object({
  service_provider: z
    .strictObject({
      auth_url: Url.optional(),
      sp_url: Url.optional(),
      description: Description,
      enabled: z.boolean().optional(),
      relay_state_prefix: RelayStatePrefix.optional(),
    })
    .refine((fields) => Object.keys(fields).length > 0, {
      message: 'Nothing is to be changed.',
    }),
});
export const ServiceProviderQuery = pageQuery('enabled').extend({ id: z.string().optional(), enabled: BooleanQuery });

export const ServiceProvider = z
  .strictObject({
    id: OpenStackId,
    auth_url: z.string(),
    sp_url: z.string(),
    description: z.string().nullable(),
    enabled: z.boolean(),
    relay_state_prefix: z.string(),
    links: SelfLink,
  })
  .meta({ id: 'ServiceProvider' });
export type ServiceProvider = z.infer<typeof ServiceProvider>;
export const ServiceProviderAnswer = z.strictObject({ service_provider: ServiceProvider });
export const ServiceProviderList = collection('service_providers', ServiceProvider);
