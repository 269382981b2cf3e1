import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { ResourceType } from '../../inventory/resource.js';

/** How much of one product a project holds, orders on their way included. */
export interface Holding {
  readonly productId: string;
  readonly count: number;
  /** Servers, or GiB of volumes. */
  readonly quantity: number;
}

export interface Wanted {
  readonly projectId: string;
  readonly type: ResourceType;
  readonly productId: string;
  readonly count: number;
  /** Of each. */
  readonly quantity: number;
}

const RESERVATION_MINUTES = 10;

const HOLDINGS = `
  SELECT product_id AS "productId", count(*)::int AS count, coalesce(sum(quantity), 0)::int AS quantity FROM (
    SELECT product_id, quantity FROM inventory_resources WHERE project_id = $1 AND type = $2
    UNION ALL
    SELECT product_id, quantity FROM quota_reservations reservation
     WHERE project_id = $1 AND type = $2 AND expires_at > now()
       AND NOT EXISTS (SELECT 1 FROM inventory_resources held WHERE held.reservation_id = reservation.id)
  ) everything GROUP BY product_id`;

@Injectable()
export class QuotasRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  holdings(projectId: string, type: ResourceType): Promise<Holding[]> {
    return this.read(this.dataSource.manager, projectId, type);
  }

  /**
   * Holds room for `wanted.count` more, or throws what `check` throws. Requests of one project take turns, so that the
   * sum is never over the limit.
   */
  async reserve(wanted: Wanted, check: (holdings: Holding[]) => void): Promise<string[]> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`quota:${wanted.projectId}`]);
      await manager.query('DELETE FROM quota_reservations WHERE project_id = $1 AND expires_at <= now()', [
        wanted.projectId,
      ]);
      check(await this.read(manager, wanted.projectId, wanted.type));
      const ids = Array.from({ length: wanted.count }, () => randomUUID());
      await manager.query(
        `INSERT INTO quota_reservations (id, project_id, type, product_id, quantity, expires_at)
         SELECT id, $2, $3, $4, $5, now() + make_interval(mins => $6) FROM unnest($1::uuid[]) AS id`,
        [ids, wanted.projectId, wanted.type, wanted.productId, wanted.quantity, RESERVATION_MINUTES],
      );
      return ids;
    });
  }

  async release(ids: readonly string[]): Promise<void> {
    await this.dataSource.query('DELETE FROM quota_reservations WHERE id = ANY($1::uuid[])', [ids]);
  }

  private read(manager: EntityManager, projectId: string, type: ResourceType): Promise<Holding[]> {
    return manager.query(HOLDINGS, [projectId, type]);
  }
}
