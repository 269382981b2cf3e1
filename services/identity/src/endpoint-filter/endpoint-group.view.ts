import type { EndpointGroup as EndpointGroupBody } from '@ocx/openstack-api/identity/endpoint-filter';
import type { EndpointGroup } from './endpoint-group.js';

export const endpointGroupView = (group: EndpointGroup, base: string): EndpointGroupBody => ({
  id: group.id,
  name: group.name,
  description: group.description,
  filters: { ...group.filters },
  links: { self: `${base}/OS-EP-FILTER/endpoint_groups/${group.id}` },
});
