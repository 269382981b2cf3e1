import type {
  Catalog,
  Region as RegionBody,
  Service as ServiceBody,
  Endpoint as EndpointBody,
} from '@ocx/openstack-api/identity/catalog';
import { type CatalogEndpoint, type Endpoint, expandUrl, type Region, type Service } from './catalog.js';

export const regionView = (region: Region, base: string): RegionBody => ({
  id: region.id,
  description: region.description,
  parent_region_id: region.parentRegionId,
  links: { self: `${base}/regions/${encodeURIComponent(region.id)}` },
});

export const serviceView = (service: Service, base: string): ServiceBody => ({
  id: service.id,
  type: service.type,
  name: service.name,
  description: service.description,
  enabled: service.enabled,
  links: { self: `${base}/services/${service.id}` },
});

export const endpointView = (endpoint: Endpoint, base: string): EndpointBody => ({
  id: endpoint.id,
  interface: endpoint.interface,
  region: endpoint.regionId,
  region_id: endpoint.regionId,
  service_id: endpoint.serviceId,
  url: endpoint.url,
  enabled: endpoint.enabled,
  links: { self: `${base}/endpoints/${endpoint.id}` },
});

/** The service catalog of a token: endpoints grouped by service, URLs filled in for its scope. */
export function catalogView(rows: readonly CatalogEndpoint[], scope: { projectId?: string; userId: string }): Catalog {
  const services = new Map<string, Catalog[number]>();
  for (const row of rows) {
    const url = expandUrl(row.url, scope);
    if (url === undefined) continue;
    const service = services.get(row.serviceId) ?? {
      endpoints: [],
      id: row.serviceId,
      type: row.serviceType,
      name: row.serviceName,
    };
    services.set(row.serviceId, service);
    service.endpoints.push({
      id: row.id,
      interface: row.interface,
      region: row.regionId,
      region_id: row.regionId,
      url,
    });
  }
  return [...services.values()];
}
