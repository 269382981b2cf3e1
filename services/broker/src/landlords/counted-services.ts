import { COMPUTE_RESOURCES, VOLUME_RESOURCES } from '@ocx/openstack-api/identity/limited-resources';
import type { RegisterResources } from '@ocx/openstack-api/identity/limits';
import type { BrokerConfig } from '../broker.config.js';
import { COMBINED_REGION, SERVICE_NAMES } from './catalog.js';

/** The services whose resources the broker counts, over all landlords together: so as those of the combined region. */
export const NOVA = { type: 'compute', name: SERVICE_NAMES.compute, region: COMBINED_REGION } as const;
export const CINDER = { type: 'volumev3', name: SERVICE_NAMES.volumev3, region: COMBINED_REGION } as const;

/** What is registered at identity where nothing is yet. */
export function defaultLimits(config: BrokerConfig): RegisterResources {
  const nova = {
    [COMPUTE_RESOURCES.instances]: config.OCX_QUOTA_INSTANCES,
    [COMPUTE_RESOURCES.cores]: config.OCX_QUOTA_CORES,
    [COMPUTE_RESOURCES.ram]: config.OCX_QUOTA_RAM,
    [COMPUTE_RESOURCES.key_pairs]: config.OCX_QUOTA_KEY_PAIRS,
  };
  const cinder = {
    [VOLUME_RESOURCES.volumes]: config.OCX_QUOTA_VOLUMES,
    [VOLUME_RESOURCES.gigabytes]: config.OCX_QUOTA_GIGABYTES,
  };
  return {
    services: [
      { type: NOVA.type, name: NOVA.name, default_limits: nova },
      { type: CINDER.type, name: CINDER.name, default_limits: cinder },
    ],
  };
}
