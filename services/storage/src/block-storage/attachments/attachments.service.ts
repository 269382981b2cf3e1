import { Injectable } from '@nestjs/common';
import { Conflict, NotFound } from '@ocx/service-kit/errors';
import { GIB, VolumeBackend } from '../backend/volume-backend.js';
import { type ExportAddress, VolumeExporter } from '../exporter/volume-exporter.js';
import type { Owner } from '../owner.js';
import { VolumeChanges } from '../volumes/volume-changes.js';
import type { Volume } from '../volumes/volume.js';
import { VolumesRepository } from '../volumes/volumes.repository.js';
import { type Attachment, isLive } from './attachment.js';
import { AttachmentsRepository } from './attachments.repository.js';

export type NewAttachment = Pick<Attachment, 'id' | 'volumeId' | 'serverId' | 'mode' | 'connector'>;

export interface ExportedVolume {
  readonly attachment: Attachment;
  readonly address: ExportAddress;
  /** Bytes */
  readonly size: number;
}

export const attachmentNotFound = (id: string): NotFound =>
  new NotFound(`Volume attachment could not be found with filter: attachment_id = ${id}.`);

function isSame(a: Attachment, b: NewAttachment): boolean {
  const sameConnector =
    a.connector?.landlordId === b.connector?.landlordId && a.connector?.thumbprint === b.connector?.thumbprint;
  return a.volumeId === b.volumeId && a.serverId === b.serverId && a.mode === b.mode && sameConnector;
}

/** Life of an attachment: reserved, exported, ended. Who may is decided before; the order of things here. */
@Injectable()
export class AttachmentsService {
  constructor(
    private readonly attachments: AttachmentsRepository,
    private readonly volumes: VolumesRepository,
    private readonly changes: VolumeChanges,
    private readonly exporter: VolumeExporter,
    private readonly backend: VolumeBackend,
  ) {}

  async show(id: string): Promise<{ attachment: Attachment; volume: Volume }> {
    const attachment = await this.attachments.find(id);
    const volume = attachment && (await this.volumes.find(attachment.volumeId));
    if (!attachment || !volume || attachment.state === 'ended') throw attachmentNotFound(id);
    return { attachment, volume };
  }

  /**
   * Sets the volume aside for one connector. Idempotent by id. Throws NotFound for a volume that is not the owner's,
   * Conflict when the volume is not free, or the id was used for something else or has ended.
   */
  reserve(owner: Owner, request: NewAttachment): Promise<{ attachment: Attachment; volume: Volume }> {
    return this.volumes.transaction(async (manager) => {
      const volume = await this.volumes.lock(manager, request.volumeId);
      if (volume?.realm !== owner.realm || volume.projectId !== owner.projectId) {
        throw new NotFound(`Volume ${request.volumeId} could not be found.`);
      }
      const earlier = await this.attachments.lock(manager, request.id);
      if (earlier) {
        if (isLive(earlier) && isSame(earlier, request)) return { attachment: earlier, volume };
        throw new Conflict('An attachment with this id exists or has ended.', { reason: 'attachment_exists' });
      }
      if (volume.status !== 'available') {
        throw new Conflict(`Volume ${volume.id} is ${volume.status}.`, { reason: 'volume_in_use' });
      }
      const attachment: Attachment = {
        ...request,
        state: 'reserved',
        hostName: null,
        device: null,
        createdAt: new Date(),
        attachedAt: null,
        endedAt: null,
      };
      await this.attachments.insert(manager, attachment);
      await this.changes.setStatus(manager, volume, 'reserved');
      return { attachment, volume: { ...volume, status: 'reserved' } };
    });
  }

  /** Serves the volume, and says where and with which key: the same answer until the attachment ends. */
  async export(id: string): Promise<ExportedVolume> {
    const { attachment, volume } = await this.markExported(id);
    const path = await this.backend.exportable(volume.id);
    const address = await this.exporter.ensure({ id, path, readOnly: attachment.mode === 'ro' });
    const now = await this.attachments.find(id);
    if (!now || !isLive(now)) {
      // It ended meanwhile; whoever ended it may have been before the export.
      await this.exporter.stop(id);
      throw attachmentNotFound(id);
    }
    return { attachment: now, address, size: volume.size * GIB };
  }

  /**
   * Cuts the connector off, destroys the key, then frees the volume. Needs nobody's help. Idempotent; an unknown id is
   * a success.
   */
  async end(id: string): Promise<void> {
    const attachment = await this.volumes.transaction(async (manager) => {
      const found = await this.attachments.lock(manager, id);
      if (!found || found.state === 'ended') return null;
      await this.attachments.update(manager, id, { state: 'ending' });
      return found;
    });
    if (!attachment) return;
    await this.exporter.stop(id);
    await this.backend.flush(attachment.volumeId);
    await this.volumes.transaction(async (manager) => {
      const volume = await this.volumes.lock(manager, attachment.volumeId);
      await this.attachments.update(manager, id, { state: 'ended', endedAt: new Date() });
      if (volume && volume.status !== 'deleting') await this.changes.setStatus(manager, volume, 'available');
    });
  }

  async endAllOf(volumeId: string): Promise<void> {
    for (const { id } of await this.attachments.ofVolumes([volumeId])) await this.end(id);
  }

  private markExported(id: string): Promise<{ attachment: Attachment; volume: Volume }> {
    return this.volumes.transaction(async (manager) => {
      const seen = await this.attachments.find(id);
      // The volume first, always: two orders of locking would wait for each other.
      const volume = seen && (await this.volumes.lock(manager, seen.volumeId));
      const attachment = await this.attachments.lock(manager, id);
      if (!volume || !attachment || !isLive(attachment)) throw attachmentNotFound(id);
      if (attachment.state === 'reserved') {
        await this.attachments.update(manager, id, { state: 'exported', attachedAt: new Date() });
        await this.changes.setStatus(manager, volume, 'in-use');
      }
      return { attachment, volume };
    });
  }
}
