import type { ShownServer } from '@ocx/openstack-api/compute/server-answers';
import { FLAVORS } from '@ocx/openstack-api/exchange/products';
import type { ServerDetail } from '@ocx/openstack-api/compute/servers';
import type { IndexedResource } from '../../inventory/resource.js';
import type { Landlord } from '../../landlords/landlord.js';

/** Where the links of one answer point: always the broker, in the region that was asked. */
export interface ComputeLinks {
  readonly publicUrl: string;
  readonly region: string;
}

const base = ({ publicUrl, region }: ComputeLinks) => `${publicUrl}/regions/${region}/compute`;

export function serverLinks(links: ComputeLinks, id: string) {
  return [
    { rel: 'self', href: `${base(links)}/v2.1/servers/${id}` },
    { rel: 'bookmark', href: `${base(links)}/servers/${id}` },
  ];
}

export function flavorBookmark(links: ComputeLinks, id: string) {
  return [{ rel: 'bookmark', href: `${base(links)}/flavors/${encodeURIComponent(id)}` }];
}

function imageBookmark(links: ComputeLinks, id: string) {
  return [{ rel: 'bookmark', href: `${base(links)}/images/${id}` }];
}

/** A landlord's view of a server as the tenant sees it: owner, zone, key name and links are the broker's to say. */
export function serverView(
  view: ServerDetail,
  row: IndexedResource,
  landlord: Landlord,
  links: ComputeLinks,
): ServerDetail {
  return {
    ...view,
    tenant_id: row.projectId,
    user_id: row.userId,
    key_name: row.keyName,
    links: serverLinks(links, view.id),
    image: view.image === '' ? '' : { id: view.image.id, links: imageBookmark(links, view.image.id) },
    flavor: 'id' in view.flavor ? { id: view.flavor.id, links: flavorBookmark(links, view.flavor.id) } : view.flavor,
    'OS-EXT-AZ:availability_zone': landlord.name,
  };
}

const DOWN_CELL_MINOR = 69;

/** Keys that a view has from a microversion on; a stored view may be newer than what is asked for. */
const KEYS_SINCE: Readonly<Record<string, number>> = {
  locked: 9,
  description: 19,
  tags: 26,
  trusted_image_certificates: 63,
  server_groups: 71,
  locked_reason: 73,
  'OS-EXT-SRV-ATTR:hostname': 90,
};

function flavorAt(row: IndexedResource, links: ComputeLinks, minor: number) {
  const flavor = FLAVORS.find(({ id }) => id === row.productId);
  if (minor < 47 || !flavor) return { id: row.productId, links: flavorBookmark(links, row.productId) };
  const { name, vcpus, ram, disk } = flavor;
  return { original_name: name, vcpus, ram, disk, ephemeral: 0, swap: 0, extra_specs: {} };
}

/** Everything a client of before 2.69 may rely on, of a server nothing more is known of than its order. */
function minimalView(row: IndexedResource): Record<string, unknown> {
  return {
    metadata: {},
    hostId: '',
    image: '',
    updated: row.updatedAt.toISOString().replace(/\.\d+Z$/, 'Z'),
    addresses: {},
    accessIPv4: '',
    accessIPv6: '',
    config_drive: '',
    'OS-DCF:diskConfig': 'MANUAL',
    'OS-EXT-STS:task_state': null,
    'OS-EXT-STS:vm_state': 'building',
    'OS-SRV-USG:launched_at': null,
    'OS-SRV-USG:terminated_at': null,
    'os-extended-volumes:volumes_attached': [],
  };
}

/**
 * A server whose landlord is silent. From 2.69 on Nova's form for a cell that is down: what is known for certain, no
 * more. Before that the whole of the last view, with the one thing said that is true now: status UNKNOWN.
 */
export function unknownServerView(
  row: IndexedResource,
  landlord: Landlord,
  links: ComputeLinks,
  minor: number,
  form: 'list' | 'show',
): ShownServer {
  const certain = {
    id: row.id,
    status: 'UNKNOWN' as const,
    tenant_id: row.projectId,
    created: row.createdAt.toISOString().replace(/\.\d+Z$/, 'Z'),
    links: serverLinks(links, row.id),
  };
  if (minor >= DOWN_CELL_MINOR && form === 'list') return certain;
  const known = { user_id: row.userId, flavor: flavorAt(row, links, minor) };
  const zone = { 'OS-EXT-AZ:availability_zone': landlord.name, 'OS-EXT-STS:power_state': 0 };
  if (minor >= DOWN_CELL_MINOR) {
    const image = (row.lastView?.['image'] ?? '') as ServerDetail['image'];
    return { ...certain, ...known, ...zone, image, ...(minor >= 71 ? { server_groups: [] } : {}) };
  }
  const kept = Object.entries(row.lastView ?? minimalView(row)).filter(([key]) => (KEYS_SINCE[key] ?? 0) <= minor);
  const view = { ...Object.fromEntries(kept), ...certain, name: row.name, key_name: row.keyName, ...known, ...zone };
  // What was kept passed as a server when its landlord showed it.
  return view;
}

/** A row of `GET /servers`. */
export function serverSummary(view: ShownServer, links: ComputeLinks) {
  const { id } = view;
  if ('name' in view) return { id, name: view.name, links: serverLinks(links, id) };
  const { status, tenant_id, created } = view;
  return { id, status, tenant_id, created, links: serverLinks(links, id) };
}
