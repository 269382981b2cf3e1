import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, MoreThan, type EntityManager } from 'typeorm';
import { UsageEntity } from './usage.entity.js';

@Injectable()
export class UsageRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async append(
    manager: EntityManager,
    record: { leaseId: string; seq: number; document: string; final: boolean },
  ): Promise<void> {
    await manager.insert(UsageEntity, record);
  }

  async after(leaseId: string, seq: number, limit: number): Promise<string[]> {
    const rows = await this.dataSource
      .getRepository(UsageEntity)
      .find({ where: { leaseId, seq: MoreThan(seq) }, order: { seq: 'ASC' }, take: limit });
    return rows.map(({ document }) => document);
  }

  /** The newest records, oldest of them first. */
  async newest(leaseId: string, limit: number): Promise<string[]> {
    const rows = await this.dataSource
      .getRepository(UsageEntity)
      .find({ where: { leaseId }, order: { seq: 'DESC' }, take: limit });
    return rows.map(({ document }) => document).reverse();
  }
}
