import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, MoreThan, type EntityManager } from 'typeorm';
import { EventCounterEntity, EventEntity } from './event.entity.js';

const ONLY = 1;

@Injectable()
export class EventsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  /**
   * The last of the next `count` numbers. Its row stays locked until the transaction ends, so numbers follow the order of
   * commits.
   */
  async reserve(manager: EntityManager, count: number): Promise<number> {
    const [rows]: [{ last: string }[], number] = await manager.query(
      `UPDATE landlord_event_counter SET last = last + $2 WHERE id = $1 RETURNING last`,
      [ONLY, count],
    );
    const [row] = rows;
    if (!row) throw new Error('The counter of events is gone.');
    return Number(row.last);
  }

  async append(manager: EntityManager, events: readonly { seq: number; document: string }[]): Promise<void> {
    await manager.insert(EventEntity, [...events]);
  }

  async last(): Promise<number> {
    return (await this.dataSource.getRepository(EventCounterEntity).findOneByOrFail({ id: ONLY })).last;
  }

  async after(seq: number, limit: number): Promise<string[]> {
    const rows = await this.dataSource
      .getRepository(EventEntity)
      .find({ where: { seq: MoreThan(seq) }, order: { seq: 'ASC' }, take: limit });
    return rows.map(({ document }) => document);
  }
}
