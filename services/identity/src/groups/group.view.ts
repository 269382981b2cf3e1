import type { Group as GroupBody } from '@ocx/openstack-api/identity/groups';
import type { Group } from './group.js';

export const groupView = (group: Group, base: string): GroupBody => ({
  id: group.id,
  name: group.name,
  domain_id: group.domainId,
  description: group.description,
  links: { self: `${base}/groups/${group.id}` },
});
