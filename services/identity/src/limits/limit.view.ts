import type { Limit as LimitBody, RegisteredLimit as RegisteredLimitBody } from '@ocx/openstack-api/identity/limits';
import type { RegisteredLimit, ResourceLimit } from './limit.js';

export const registeredLimitView = (limit: RegisteredLimit, base: string): RegisteredLimitBody => ({
  id: limit.id,
  service_id: limit.serviceId,
  region_id: limit.regionId,
  resource_name: limit.resourceName,
  default_limit: limit.defaultLimit,
  description: limit.description,
  links: { self: `${base}/registered_limits/${limit.id}` },
});

export const limitView = (limit: ResourceLimit, base: string): LimitBody => ({
  id: limit.id,
  project_id: limit.projectId,
  domain_id: limit.domainId,
  service_id: limit.serviceId,
  region_id: limit.regionId,
  resource_name: limit.resourceName,
  resource_limit: limit.resourceLimit,
  description: limit.description,
  links: { self: `${base}/limits/${limit.id}` },
});
