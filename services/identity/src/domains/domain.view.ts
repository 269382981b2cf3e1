import type { Domain as DomainBody } from '@ocx/openstack-api/identity/domains';
import type { Domain } from './domain.js';

export const domainView = (domain: Domain, base: string): DomainBody => ({
  id: domain.id,
  name: domain.name,
  description: domain.description,
  enabled: domain.enabled,
  tags: [],
  options: {},
  links: { self: `${base}/domains/${domain.id}` },
});
