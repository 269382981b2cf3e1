import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, Not, type EntityManager } from 'typeorm';
import { CapacityEntity } from './capacity.entity.js';

export interface CapacityLevel {
  readonly unit: string;
  readonly total: number;
  readonly used: number;
}

@Injectable()
export class CapacityRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  list(): Promise<CapacityLevel[]> {
    return this.dataSource.getRepository(CapacityEntity).find();
  }

  /**
   * Takes each amount only if it is there, in one statement: whoever comes second sees what the first one took. False
   * when one is not there: the caller must roll back. Rows are locked in one order, so that no two wait for one another.
   */
  async take(manager: EntityManager, parts: readonly (readonly [unit: string, amount: number])[]): Promise<boolean> {
    const [, taken]: [unknown, number] = await manager.query(
      `WITH wanted AS (SELECT * FROM unnest($1::text[], $2::bigint[]) AS wanted (unit, amount)),
            held AS (SELECT unit FROM landlord_capacity WHERE unit = ANY ($1) ORDER BY unit FOR UPDATE)
       UPDATE landlord_capacity AS capacity SET used = used + amount
         FROM held JOIN wanted USING (unit)
        WHERE capacity.unit = held.unit AND used + amount <= total`,
      [parts.map(([unit]) => unit), parts.map(([, amount]) => amount)],
    );
    return taken === parts.length;
  }

  async release(manager: EntityManager, unit: string, amount: number): Promise<void> {
    await manager.decrement(CapacityEntity, { unit }, 'used', amount);
  }

  /** True when a total changed. */
  async setTotal(manager: EntityManager, unit: string, total: number): Promise<boolean> {
    await manager
      .createQueryBuilder()
      .insert()
      .into(CapacityEntity)
      .values({ unit, total: 0, used: 0 })
      .orIgnore()
      .execute();
    const { affected } = await manager.update(CapacityEntity, { unit, total: Not(total) }, { total });
    return affected === 1;
  }
}
