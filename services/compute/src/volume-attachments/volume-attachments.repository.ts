import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { AttachmentState } from '@ocx/openstack-api/compute/volume-attachments';
import type { AttachmentMode } from '@ocx/openstack-api/exchange/tokens';
import { In, Repository } from 'typeorm';
import { VolumeAttachmentEntity } from './volume-attachment.entity.js';

export interface VolumeAttachment {
  readonly id: string;
  readonly serverId: string;
  readonly volumeId: string;
  readonly mode: AttachmentMode;
  readonly device: string;
  state: AttachmentState;
  error: string | null;
  readonly grant: string;
  readonly storageId: string;
  readonly storageEndpoint: string;
  readonly createdAt: Date;
}

@Injectable()
export class VolumeAttachmentsRepository {
  constructor(@InjectRepository(VolumeAttachmentEntity) private readonly rows: Repository<VolumeAttachmentEntity>) {}

  async find(id: string): Promise<VolumeAttachment | undefined> {
    return (await this.rows.findOneBy({ id })) ?? undefined;
  }

  all(): Promise<VolumeAttachment[]> {
    return this.rows.find();
  }

  ofServer(serverId: string): Promise<VolumeAttachment[]> {
    return this.rows.find({ where: { serverId }, order: { createdAt: 'ASC', id: 'ASC' } });
  }

  ofServers(serverIds: readonly string[]): Promise<VolumeAttachment[]> {
    if (serverIds.length === 0) return Promise.resolve([]);
    return this.rows.find({ where: { serverId: In([...serverIds]) }, order: { createdAt: 'ASC', id: 'ASC' } });
  }

  /** False when the id, the device or the volume is taken at this server. */
  async add(attachment: VolumeAttachment): Promise<boolean> {
    const result = await this.rows
      .createQueryBuilder()
      .insert()
      .values(attachment)
      .orIgnore()
      .returning('id')
      .execute();
    return (result.raw as unknown[]).length > 0;
  }

  /** Compare-and-swap of the state. */
  async change(
    id: string,
    from: readonly AttachmentState[],
    to: AttachmentState,
    error: string | null,
  ): Promise<boolean> {
    return ((await this.rows.update({ id, state: In([...from]) }, { state: to, error })).affected ?? 0) > 0;
  }

  async remove(id: string): Promise<void> {
    await this.rows.delete({ id });
  }
}
