import type { AttachmentView, ReservedAttachment } from '@ocx/openstack-api/block-storage/attachments';
import { GIB } from '../backend/volume-backend.js';
import { cinderTime } from '../cinder-time.js';
import type { Volume } from '../volumes/volume.js';
import type { Attachment } from './attachment.js';

const STATUS = { reserved: 'reserved', exported: 'attached', ending: 'detaching', ended: 'detached' } as const;

export function reservedView(attachment: Attachment, volume: Volume): ReservedAttachment {
  const { id, volumeId, serverId, mode, connector, state } = attachment;
  return {
    id,
    volume_id: volumeId,
    server_id: serverId ?? '',
    mode,
    size: volume.size * GIB,
    state: state === 'exported' ? 'exported' : 'reserved',
    connector: { landlord_id: connector?.landlordId ?? '', jkt: connector?.thumbprint ?? '' },
  };
}

export function attachmentSummaryView(attachment: Attachment) {
  const { id, serverId, volumeId, state } = attachment;
  return { id, status: STATUS[state], instance: serverId, volume_id: volumeId };
}

/** Cinder's view. `connection` is what its own Cinder PUT answered with; empty for everybody else. */
export function attachmentView(attachment: Attachment, connection: Record<string, unknown> = {}): AttachmentView {
  const { attachedAt, mode } = attachment;
  return {
    ...attachmentSummaryView(attachment),
    attached_at: attachedAt === null ? '' : cinderTime(attachedAt),
    detached_at: '',
    attach_mode: mode,
    connection_info: connection,
  };
}
