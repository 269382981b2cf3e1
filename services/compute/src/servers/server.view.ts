import { createHash } from 'node:crypto';
import { FLAVORS } from '@ocx/openstack-api/exchange/products';
import type { ServerDetail } from '@ocx/openstack-api/compute/servers';
import type { MicroversionValue } from '@ocx/service-kit/microversion';
import { type Server, powerStateOf, statusOf } from './server.js';

/** What a view needs besides the server. */
export interface ViewContext {
  /** This service's public URL. */
  readonly url: string;
  /** The availability zone: the landlord. */
  readonly zone: string;
  readonly version: MicroversionValue;
  readonly volumeIds: readonly string[];
  /** Only `show` tells groups, Nova's lists do not. */
  readonly single: boolean;
}

const NETWORK_NAME = 'private';

const time = (date: Date): string => date.toISOString().replace(/\.\d{3}Z$/, 'Z');
const microTime = (date: Date | null): string | null => date && date.toISOString().replace('Z', '000');

export function serverLinks(url: string, id: string) {
  return [
    { rel: 'self', href: `${url}/v2.1/servers/${id}` },
    { rel: 'bookmark', href: `${url}/servers/${id}` },
  ];
}

export const serverSummary = (server: Server, url: string) => ({
  id: server.id,
  name: server.name,
  links: serverLinks(url, server.id),
});

function flavorView(flavorId: string, { url, version }: ViewContext): ServerDetail['flavor'] {
  const flavor = FLAVORS.find(({ id }) => id === flavorId);
  if (version.minor < 47 || !flavor) {
    return { id: flavorId, links: [{ rel: 'bookmark', href: `${url}/flavors/${flavorId}` }] };
  }
  const { name, vcpus, ram, disk } = flavor;
  return { original_name: name, vcpus, ram, disk, ephemeral: 0, swap: 0, extra_specs: {} };
}

export function addressesOf(server: Server): ServerDetail['addresses'] {
  if (server.address === null || server.mac === null) return {};
  const fixed = { addr: server.address, version: 4, 'OS-EXT-IPS:type': 'fixed', 'OS-EXT-IPS-MAC:mac_addr': server.mac };
  return { [NETWORK_NAME]: [fixed as ServerDetail['addresses'][string][number]] };
}

// Two servers of a project can be told to share a host without the host being named: Nova's own recipe.
const hostIdOf = (server: Server, zone: string): string =>
  createHash('sha224').update(`${server.projectId}${zone}`).digest('hex');

function byVersion(server: Server, { version, single }: ViewContext): Partial<ServerDetail> {
  const { minor } = version;
  return {
    ...(minor >= 9 ? { locked: false } : {}),
    ...(minor >= 19 ? { description: server.description } : {}),
    ...(minor >= 26 ? { tags: server.tags } : {}),
    ...(minor >= 63 ? { trusted_image_certificates: null } : {}),
    ...(minor >= 71 && single ? { server_groups: [] } : {}),
    ...(minor >= 73 ? { locked_reason: null } : {}),
    ...(minor >= 90 ? { 'OS-EXT-SRV-ATTR:hostname': server.hostname } : {}),
  };
}

export function serverDetail(server: Server, context: ViewContext): ServerDetail {
  const { url, version, zone } = context;
  const status = statusOf(server) as ServerDetail['status'];
  return {
    id: server.id,
    name: server.name,
    status,
    tenant_id: server.projectId,
    user_id: server.userId,
    metadata: server.metadata,
    hostId: hostIdOf(server, zone),
    image: { id: server.imageId, links: [{ rel: 'bookmark', href: `${url}/images/${server.imageId}` }] },
    flavor: flavorView(server.flavorId, context),
    created: time(server.createdAt),
    updated: time(server.updatedAt),
    addresses: addressesOf(server),
    accessIPv4: server.accessIPv4,
    accessIPv6: server.accessIPv6,
    links: serverLinks(url, server.id),
    'OS-DCF:diskConfig': server.diskConfig,
    ...(status === 'ACTIVE' || status === 'BUILD' ? { progress: status === 'ACTIVE' ? 100 : 0 } : {}),
    ...(status === 'ERROR' && server.fault
      ? { fault: { ...server.fault, created: time(new Date(server.fault.created)) } }
      : {}),
    'OS-EXT-AZ:availability_zone': zone,
    config_drive: server.configDrive ? 'True' : '',
    key_name: server.keyName,
    'OS-SRV-USG:launched_at': microTime(server.launchedAt),
    'OS-SRV-USG:terminated_at': null,
    security_groups: [{ name: 'default' }],
    'OS-EXT-STS:task_state': server.taskState,
    'OS-EXT-STS:vm_state': server.vmState,
    'OS-EXT-STS:power_state': powerStateOf(server),
    'os-extended-volumes:volumes_attached': context.volumeIds.map((id) =>
      version.minor >= 3 ? { id, delete_on_termination: false } : { id },
    ),
    ...byVersion(server, context),
  };
}

const UPDATED_BEFORE_2_75 = [
  'id',
  'name',
  'status',
  'tenant_id',
  'user_id',
  'metadata',
  'hostId',
  'image',
  'flavor',
  'created',
  'updated',
  'addresses',
  'accessIPv4',
  'accessIPv6',
  'links',
  'progress',
  'fault',
  'OS-DCF:diskConfig',
  'locked',
  'description',
  'tags',
  'trusted_image_certificates',
  'server_groups',
  'locked_reason',
] as const;

/** The answer of an update: until 2.75 without the extensions' attributes. */
export function updatedServer(server: Server, context: ViewContext): Partial<ServerDetail> {
  const detail = serverDetail(server, context);
  if (context.version.minor >= 75) return detail;
  return Object.fromEntries(UPDATED_BEFORE_2_75.filter((key) => key in detail).map((key) => [key, detail[key]]));
}
