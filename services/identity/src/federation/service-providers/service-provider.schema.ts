import { z } from 'zod';
import { BooleanQuery } from '../../wire/collection.js';

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
  service_provider: z.strictObject({
    auth_url: Url.optional(),
    sp_url: Url.optional(),
    description: Description,
    enabled: z.boolean().optional(),
    relay_state_prefix: RelayStatePrefix.optional(),
  }),
});
export const ServiceProviderQuery = z.object({ id: z.string().optional(), enabled: BooleanQuery });
