import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, In, LessThan, type Repository } from 'typeorm';
import { AttachmentEntity } from './attachment.entity.js';
import type { Attachment, AttachmentState } from './attachment.js';

@Injectable()
export class AttachmentsRepository {
  private readonly rows: Repository<AttachmentEntity>;

  constructor(@InjectDataSource() dataSource: DataSource) {
    this.rows = dataSource.getRepository(AttachmentEntity);
  }

  /** False when the volume is attached, or on its way to a server. */
  async insert(attachment: Attachment): Promise<boolean> {
    const result = await this.rows
      .createQueryBuilder()
      .insert()
      .values({ ...attachment })
      .orIgnore()
      .returning('id')
      .execute();
    return (result.raw as unknown[]).length === 1;
  }

  async byId(id: string): Promise<Attachment | undefined> {
    return (await this.rows.findOneBy({ id })) ?? undefined;
  }

  async byVolume(volumeId: string): Promise<Attachment | undefined> {
    return (await this.rows.findOneBy({ volumeId })) ?? undefined;
  }

  byServer(serverId: string): Promise<Attachment[]> {
    return this.rows.find({ where: { serverId }, order: { createdAt: 'ASC', id: 'ASC' } });
  }

  byVolumes(volumeIds: readonly string[]): Promise<Attachment[]> {
    return this.rows.findBy({ volumeId: In([...volumeIds]) });
  }

  /** Rows that a broker left in the middle of a change. */
  unfinished(before: Date): Promise<Attachment[]> {
    return this.rows.findBy({ state: In(['reserving', 'attaching', 'detaching']), createdAt: LessThan(before) });
  }

  /** False when the row is not in one of `from`. */
  async transition(
    id: string,
    from: readonly AttachmentState[],
    change: { state: AttachmentState; device?: string },
  ): Promise<boolean> {
    return (await this.rows.update({ id, state: In([...from]) }, change)).affected === 1;
  }

  async remove(id: string): Promise<void> {
    await this.rows.delete({ id });
  }
}
