import { OpenStackId } from '@ocx/openstack-api/ids';
import { z } from 'zod';
import { PageQuery } from '../wire/collection.js';

const Name = z.string().trim().min(1).max(64);

export const CreateGroup = z.object({
  group: z.object({ name: Name, domain_id: OpenStackId.optional(), description: z.string().max(65_535).default('') }),
});
export const UpdateGroup = z.object({
  group: z.object({ name: Name.optional(), description: z.string().max(65_535).optional() }),
});
export const GroupQuery = PageQuery.extend({ name: z.string().optional(), domain_id: z.string().optional() });
