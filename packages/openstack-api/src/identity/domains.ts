import { z } from 'zod';
import { OpenStackId } from '../ids.js';
import { BooleanQuery, collection, pageQuery, SelfLink, textFilters } from './collection.js';

const DomainFields = z.object({
  name: z.string().trim().min(1).max(64),
  description: z.string().max(65_535).default(''),
  enabled: z.boolean().default(true),
});

export const CreateDomain = z.object({ domain: DomainFields });
export const UpdateDomain = z.object({
  domain: z.object({
    name: z.string().trim().min(1).max(64).optional(),
    description: z.string().max(65_535).optional(),
    enabled: z.boolean().optional(),
  }),
});
export const DomainQuery = pageQuery('name', 'enabled').extend({ ...textFilters('name'), enabled: BooleanQuery });

export const Domain = z
  .strictObject({
    id: OpenStackId,
    name: z.string(),
    description: z.string(),
    enabled: z.boolean(),
    tags: z.array(z.string()),
    options: z.strictObject({}),
    links: SelfLink,
  })
  .meta({ id: 'Domain' });
export type Domain = z.infer<typeof Domain>;
export const DomainAnswer = z.strictObject({ domain: Domain });
export const DomainList = collection('domains', Domain);
