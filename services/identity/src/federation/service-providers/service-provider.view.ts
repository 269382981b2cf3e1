import type { ServiceProvider as ServiceProviderBody } from '@ocx/openstack-api/identity/service-providers';
import type { ServiceProvider } from './service-provider.js';

export const serviceProviderView = (provider: ServiceProvider, base: string): ServiceProviderBody => ({
  id: provider.id,
  auth_url: provider.authUrl,
  sp_url: provider.spUrl,
  description: provider.description,
  enabled: provider.enabled,
  relay_state_prefix: provider.relayStatePrefix,
  links: { self: `${base}/OS-FEDERATION/service_providers/${provider.id}` },
});
