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

  /** Takes `amount` only if it is there, in one statement: whoever comes second sees what the first one took. */
  async take(manager: EntityManager, unit: string, amount: number): Promise<boolean> {
    const { affected } = await manager
      .createQueryBuilder()
      .update(CapacityEntity)
      .set({ used: () => 'used + :amount' })
      .where('unit = :unit AND used + :amount <= total', { unit, amount })
      .execute();
    return affected === 1;
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
