import type { FlavorDetail, FlavorSummary } from '@ocx/openstack-api/compute/flavors';
import type { Flavor } from '@ocx/openstack-api/exchange/products';
import type { MicroversionValue } from '@ocx/service-kit/microversion';

export const flavorLinks = (url: string, id: string) => [
  { rel: 'self', href: `${url}/v2.1/flavors/${id}` },
  { rel: 'bookmark', href: `${url}/flavors/${id}` },
];

export const flavorSummary = (flavor: Flavor, url: string, { minor }: MicroversionValue): FlavorSummary => ({
  id: flavor.id,
  name: flavor.name,
  ...(minor >= 55 ? { description: null } : {}),
  links: flavorLinks(url, flavor.id),
});

export function flavorDetail(flavor: Flavor, url: string, { minor }: MicroversionValue): FlavorDetail {
  const { id, name, vcpus, ram, disk } = flavor;
  return {
    id,
    name,
    vcpus,
    ram,
    disk,
    swap: minor >= 75 ? 0 : '',
    rxtx_factor: 1,
    links: flavorLinks(url, id),
    'OS-FLV-DISABLED:disabled': false,
    'OS-FLV-EXT-DATA:ephemeral': 0,
    'os-flavor-access:is_public': true,
    ...(minor >= 55 ? { description: null } : {}),
    ...(minor >= 61 ? { extra_specs: {} } : {}),
  };
}
