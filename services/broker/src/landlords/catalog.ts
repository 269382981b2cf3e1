import type { LandlordKind } from '@ocx/openstack-api/exchange/documents';

export interface CatalogEndpoint {
  readonly type: string;
  readonly name: string;
  /** `%(project_id)s` stands for the project of whoever reads the catalog. */
  readonly url: string;
}

export interface Origins {
  /** The broker's API origin, its object origin, and identity, each without a trailing slash. */
  readonly api: string;
  readonly objects: string;
  readonly identity: string;
}

export const COMBINED_REGION = 'exchange';

/** What services are called in the catalog. */
export const SERVICE_NAMES = {
  compute: 'nova',
  network: 'neutron',
  placement: 'placement',
  image: 'glance',
  volumev3: 'cinderv3',
  'object-store': 'swift',
} as const;

const SOLD_BY: Readonly<Record<keyof typeof SERVICE_NAMES, LandlordKind>> = {
  compute: 'compute',
  network: 'compute',
  placement: 'compute',
  image: 'compute',
  volumev3: 'storage',
  'object-store': 'storage',
};

function urlOf(type: string, region: string, origins: Origins): string {
  const base = `${origins.api}/regions/${region}`;
  switch (type) {
    case 'compute':
      return `${base}/compute/v2.1`;
    case 'volumev3':
      return `${base}/volume/v3/%(project_id)s`;
    case 'object-store':
      return `${origins.objects}/regions/${region}/object-store/v1/AUTH_%(project_id)s`;
    default:
      return `${base}/${type}`;
  }
}

/**
 * A region's endpoints. Every region lists every type, for stock clients fail where one is missing; a type that the
 * region's landlord does not sell has the combined region's endpoint.
 */
export function endpointsOf(region: string, kind: LandlordKind | undefined, origins: Origins): CatalogEndpoint[] {
  const sold = Object.entries(SERVICE_NAMES).map(([type, name]) => {
    const own = kind === undefined || kind === SOLD_BY[type as keyof typeof SERVICE_NAMES];
    return { type, name, url: urlOf(type, own ? region : COMBINED_REGION, origins) };
  });
  return [...sold, { type: 'identity', name: 'keystone', url: `${origins.identity}/v3` }];
}
