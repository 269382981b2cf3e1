import type { VolumeDetail, VolumeSummary } from '@ocx/openstack-api/block-storage/volumes';
import { isAtLeast, type MicroversionValue } from '@ocx/service-kit/microversion';
import type { Attachment } from '../attachments/attachment.js';
import { cinderTime } from '../cinder-time.js';
import { type Volume, volumeTypeById } from './volume.js';

/** What a view needs besides the volume. */
export interface ViewContext {
  /** The service's public URL, without a trailing slash. */
  readonly url: string;
  readonly zone: string;
  readonly microversion: MicroversionValue;
}

function links(volume: Volume, { url }: ViewContext) {
  return [
    { rel: 'self', href: `${url}/v3/${volume.projectId}/volumes/${volume.id}` },
    { rel: 'bookmark', href: `${url}/${volume.projectId}/volumes/${volume.id}` },
  ];
}

export function volumeSummaryView(volume: Volume, context: ViewContext): VolumeSummary {
  return { id: volume.id, name: volume.name, links: links(volume, context) };
}

function attachmentOf(volume: Volume, attachment: Attachment): VolumeDetail['attachments'][number] {
  return {
    id: volume.id,
    attachment_id: attachment.id,
    volume_id: volume.id,
    server_id: attachment.serverId,
    host_name: attachment.hostName,
    device: attachment.device,
    attached_at: attachment.attachedAt === null ? null : cinderTime(attachment.attachedAt),
  };
}

export function volumeView(volume: Volume, attachments: readonly Attachment[], context: ViewContext): VolumeDetail {
  const since = (minor: number) => isAtLeast(context.microversion, minor);
  return {
    id: volume.id,
    status: volume.status,
    size: volume.size,
    availability_zone: context.zone,
    created_at: cinderTime(volume.createdAt),
    updated_at: volume.updatedAt === null ? null : cinderTime(volume.updatedAt),
    attachments: attachments
      .filter(({ state }) => state === 'exported')
      .map((attachment) => attachmentOf(volume, attachment)),
    name: volume.name,
    description: volume.description,
    volume_type: volumeTypeById(volume.volumeTypeId)?.name ?? null,
    snapshot_id: null,
    source_volid: null,
    metadata: { ...volume.metadata },
    links: links(volume, context),
    user_id: volume.userId,
    bootable: volume.bootable ? 'true' : 'false',
    encrypted: false,
    replication_status: null,
    consistencygroup_id: null,
    multiattach: false,
    'os-vol-tenant-attr:tenant_id': volume.projectId,
    ...(since(13) ? { group_id: null } : {}),
    ...(since(48) ? { shared_targets: false, service_uuid: null } : {}),
    ...(since(63) ? { volume_type_id: volume.volumeTypeId } : {}),
    ...(since(65) ? { consumes_quota: true } : {}),
  };
}
