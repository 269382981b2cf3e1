import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In, Not } from 'typeorm';
import type { Owner } from '../owner.js';
import { AttachmentEntity } from './attachment.entity.js';
import type { Attachment, AttachmentState } from './attachment.js';

function toDomain(row: AttachmentEntity): Attachment {
  const { connectorLandlordId: landlordId, connectorThumbprint: thumbprint, volume: _volume, ...rest } = row;
  const connector = landlordId === null || thumbprint === null ? null : { landlordId, thumbprint };
  return { ...rest, connector };
}

@Injectable()
export class AttachmentsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(manager: EntityManager, attachment: Attachment): Promise<void> {
    const { connector, ...rest } = attachment;
    await manager.insert(AttachmentEntity, {
      ...rest,
      connectorLandlordId: connector?.landlordId ?? null,
      connectorThumbprint: connector?.thumbprint ?? null,
    });
  }

  async find(id: string): Promise<Attachment | null> {
    const row = await this.dataSource.manager.findOneBy(AttachmentEntity, { id });
    return row && toDomain(row);
  }

  async lock(manager: EntityManager, id: string): Promise<Attachment | null> {
    const row = await manager.findOne(AttachmentEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
    return row && toDomain(row);
  }

  async update(
    manager: EntityManager,
    id: string,
    changes: Partial<Pick<Attachment, 'state' | 'attachedAt' | 'endedAt' | 'hostName' | 'device' | 'mode'>>,
  ): Promise<void> {
    await manager.update(AttachmentEntity, { id }, changes);
  }

  /** Attachments of these volumes that have not ended. */
  async ofVolumes(volumeIds: readonly string[]): Promise<Attachment[]> {
    if (volumeIds.length === 0) return [];
    const rows = await this.dataSource.manager.findBy(AttachmentEntity, {
      volumeId: In([...volumeIds]),
      state: Not('ended'),
    });
    return rows.map(toDomain);
  }

  async withState(state: AttachmentState): Promise<Attachment[]> {
    const rows = await this.dataSource.manager.findBy(AttachmentEntity, { state });
    return rows.map(toDomain);
  }

  /** Attachments of the owner's volumes that have not ended, newest first. */
  async ofOwner(owner: Owner, limit: number): Promise<Attachment[]> {
    const rows = await this.dataSource.manager.find(AttachmentEntity, {
      where: { volume: { realm: owner.realm, projectId: owner.projectId }, state: Not('ended') },
      order: { createdAt: 'DESC', id: 'ASC' },
      take: limit,
    });
    return rows.map(toDomain);
  }
}
