import type { VolumeDetail } from '@ocx/openstack-api/block-storage/volumes';
import { VOLUME_TYPES } from '@ocx/openstack-api/exchange/products';
import type { IndexedResource, Sighting } from '../../inventory/resource.js';
import type { Landlord } from '../../landlords/landlord.js';
import type { Attachment, AttachmentState } from '../attachments/attachment.js';

export interface VolumeLinks {
  readonly publicUrl: string;
  readonly region: string;
  readonly projectId: string;
}

export function volumeLinks({ publicUrl, region, projectId }: VolumeLinks, id: string) {
  const base = `${publicUrl}/regions/${region}/volume`;
  return [
    { rel: 'self', href: `${base}/v3/${projectId}/volumes/${id}` },
    { rel: 'bookmark', href: `${base}/${projectId}/volumes/${id}` },
  ];
}

const cinderTime = (date: Date) => date.toISOString().replace('Z', '000');

/**
 * A volume that is on its way to a server or from it is nobody's else until the broker's own record says so: the storage
 * landlord knows its export only, not whether the server has it yet, or still has it.
 */
const STATUS_WHILE: Readonly<Record<AttachmentState, string>> = {
  reserving: 'reserved',
  attaching: 'attaching',
  attached: 'in-use',
  detaching: 'detaching',
};

/** Cinder lists an attachment as long as the server has the volume. */
const HAS_VOLUME: ReadonlySet<AttachmentState> = new Set(['attached', 'detaching']);

/** A landlord's view as the tenant sees it: owner, zone, attachments and links are the broker's to say. */
export function volumeView(
  view: VolumeDetail,
  row: IndexedResource,
  landlord: Landlord,
  links: VolumeLinks,
  attachment: Attachment | undefined,
): VolumeDetail {
  return {
    ...view,
    status: attachment ? STATUS_WHILE[attachment.state] : view.status,
    user_id: row.userId,
    availability_zone: landlord.name,
    links: volumeLinks(links, view.id),
    attachments:
      attachment && HAS_VOLUME.has(attachment.state)
        ? [
            {
              id: view.id,
              attachment_id: attachment.id,
              volume_id: view.id,
              server_id: attachment.serverId,
              host_name: null,
              device: attachment.device,
              attached_at: cinderTime(attachment.createdAt),
            },
          ]
        : [],
    ...(view['os-vol-tenant-attr:tenant_id'] === undefined ? {} : { 'os-vol-tenant-attr:tenant_id': row.projectId }),
  };
}

/** A volume whose landlord is silent: as it was last seen, or as it was ordered. */
export function lastSeenVolume(
  row: IndexedResource,
  landlord: Landlord,
  links: VolumeLinks,
  attachment: Attachment | undefined,
): VolumeDetail {
  const ordered: VolumeDetail = {
    id: row.id,
    status: row.status,
    size: row.quantity,
    availability_zone: landlord.name,
    created_at: cinderTime(row.createdAt),
    updated_at: cinderTime(row.updatedAt),
    attachments: [],
    name: row.name,
    description: null,
    volume_type: VOLUME_TYPES.find(({ id }) => id === row.productId)?.name ?? row.productId,
    snapshot_id: null,
    source_volid: null,
    metadata: {},
    links: [],
    user_id: row.userId,
    bootable: 'false',
    encrypted: false,
    replication_status: null,
    consistencygroup_id: null,
    multiattach: false,
    'os-vol-tenant-attr:tenant_id': row.projectId,
  };
  const seen = (row.lastView ?? {}) as Partial<VolumeDetail>;
  return volumeView({ ...ordered, ...seen, id: row.id, status: row.status }, row, landlord, links, attachment);
}

// Cinder's times carry no zone; they are UTC. A landlord's clock is its own: no time of it lies in the future.
function instant(text: string | null, fallback: Date): Date {
  const parsed = text === null ? Number.NaN : Date.parse(/Z|\+00:00$/.test(text) ? text : `${text}Z`);
  return new Date(Number.isNaN(parsed) ? fallback.getTime() : Math.min(parsed, Date.now()));
}

export function volumeSighting(view: VolumeDetail, row: IndexedResource): Sighting {
  const createdAt = instant(view.created_at, row.createdAt);
  return {
    id: view.id,
    name: view.name ?? '',
    status: view.status,
    createdAt,
    updatedAt: instant(view.updated_at, createdAt),
    view,
  };
}
