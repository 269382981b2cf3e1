import { OpenStackId } from '../ids.js';
import { z } from 'zod';
import { TimeFilter } from './users.js';
import { BooleanQuery, collection, pageQuery, SelfLink, textFilters } from './collection.js';

const Name = z.string().trim().min(1).max(64);

export const CreateGroup = z.object({
  group: z.object({ name: Name, domain_id: OpenStackId.optional(), description: z.string().max(65_535).default('') }),
});
export const UpdateGroup = z.object({
  group: z.object({
    name: Name.optional(),
    description: z.string().max(65_535).optional(),
    /** What cannot change: it is accepted as it is. */
    domain_id: OpenStackId.optional(),
  }),
});
export const GroupQuery = pageQuery('name', 'domain_id').extend({
  ...textFilters('name'),
  domain_id: z.string().optional(),
});
export const GroupMembersQuery = pageQuery('name', 'enabled', 'domain_id').extend({
  ...textFilters('name'),
  enabled: BooleanQuery,
  domain_id: z.string().optional(),
  password_expires_at: TimeFilter.optional(),
});
export const GroupsOfUserQuery = pageQuery('name', 'domain_id').extend({ name: z.string().max(255).optional() });

export const Group = z
  .strictObject({
    id: OpenStackId,
    name: z.string(),
    domain_id: OpenStackId,
    description: z.string(),
    links: SelfLink,
  })
  .meta({ id: 'Group' });
export type Group = z.infer<typeof Group>;
export const GroupAnswer = z.strictObject({ group: Group });
export const GroupList = collection('groups', Group);
