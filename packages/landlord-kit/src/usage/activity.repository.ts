import { Injectable } from '@nestjs/common';
import { LessThan, LessThanOrEqual, type EntityManager } from 'typeorm';
import { ActivityEntity } from './activity.entity.js';
import type { Step } from './metering.js';

/** All methods need the lease's row locked by the same transaction. */
@Injectable()
export class ActivityRepository {
  async last(manager: EntityManager, leaseId: string): Promise<Step | undefined> {
    const row = await manager.findOne(ActivityEntity, { where: { leaseId }, order: { at: 'DESC' } });
    return row ?? undefined;
  }

  /** Of two steps in one second the later one counts. */
  async put(manager: EntityManager, leaseId: string, { at, amount }: Step): Promise<void> {
    await manager.upsert(ActivityEntity, { leaseId, at, amount }, ['leaseId', 'at']);
  }

  list(manager: EntityManager, leaseId: string, until: Date): Promise<Step[]> {
    return manager.find(ActivityEntity, { where: { leaseId, at: LessThanOrEqual(until) }, order: { at: 'ASC' } });
  }

  /** Forgets what has been signed: the steps before the one that is in force at `until`. */
  async compact(manager: EntityManager, leaseId: string, steps: readonly Step[]): Promise<void> {
    const inForce = steps.at(-1);
    if (steps.length < 2 || !inForce) return;
    await manager.delete(ActivityEntity, { leaseId, at: LessThan(inForce.at) });
  }
}
