import { z } from 'zod';
import { PageQuery } from '../wire/collection.js';

const Name = z.string().trim().min(1).max(255);

export const CreateRole = z.object({
  role: z.object({ name: Name, description: z.string().max(65_535).nullish() }),
});
export const UpdateRole = z.object({
  role: z.object({ name: Name.optional(), description: z.string().max(65_535).nullish() }),
});
export const RoleQuery = PageQuery.extend({ name: z.string().optional() });
