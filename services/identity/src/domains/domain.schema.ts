import { z } from 'zod';
import { BooleanQuery, PageQuery } from '../wire/collection.js';

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
export const DomainQuery = PageQuery.extend({ name: z.string().optional(), enabled: BooleanQuery });
