import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { OrderEntity, type OrderState } from './order.entity.js';

export interface Order {
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  readonly resourceType: string;
  readonly productId: string;
  readonly quantity: number;
  readonly region: string | null;
  readonly idempotencyKey: string | null;
  readonly state: OrderState;
  readonly reason: string | null;
  readonly leaseId: string | null;
  readonly createdAt: Date;
}

function toOrder(row: OrderEntity): Order {
  const { id, projectId, userId, resourceType, productId, region, idempotencyKey, state, reason, leaseId, createdAt } =
    row;
  const quantity = Number(row.quantity);
  return {
    id,
    projectId,
    userId,
    resourceType,
    productId,
    quantity,
    region,
    idempotencyKey,
    state,
    reason,
    leaseId,
    createdAt,
  };
}

@Injectable()
export class OrdersRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** False when the project already has an order under this idempotency key. */
  async open(order: Omit<Order, 'state' | 'reason' | 'leaseId' | 'createdAt'>): Promise<boolean> {
    const rows: unknown[] = await this.dataSource.query(
      `INSERT INTO orders (id, project_id, user_id, resource_type, product_id, quantity, region, idempotency_key)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (project_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING RETURNING id`,
      [
        order.id,
        order.projectId,
        order.userId,
        order.resourceType,
        order.productId,
        order.quantity,
        order.region,
        order.idempotencyKey,
      ],
    );
    return rows.length === 1;
  }

  async filled(manager: EntityManager, id: string, leaseId: string): Promise<void> {
    await manager.getRepository(OrderEntity).update({ id, state: 'open' }, { state: 'filled', leaseId });
  }

  /** The process that carried the order out is gone. */
  async interrupted(id: string): Promise<void> {
    await this.dataSource
      .getRepository(OrderEntity)
      .update({ id, state: 'open' }, { state: 'failed', reason: 'interrupted' });
  }

  async failed(id: string, reason: string): Promise<void> {
    await this.dataSource.getRepository(OrderEntity).update({ id, state: 'open' }, { state: 'failed', reason });
  }

  /** Newest first; `marker` is the last id of the page before. */
  async page(projectId: string | undefined, limit: number, marker?: string): Promise<Order[]> {
    const query = this.dataSource
      .getRepository(OrderEntity)
      .createQueryBuilder('o')
      .orderBy('o.createdAt', 'DESC')
      .addOrderBy('o.id', 'DESC')
      .limit(limit);
    if (projectId !== undefined) query.andWhere('o.projectId = :projectId', { projectId });
    if (marker !== undefined) {
      query.andWhere('(o.created_at, o.id) < (SELECT m.created_at, m.id FROM orders m WHERE m.id = :marker)', {
        marker,
      });
    }
    return (await query.getMany()).map(toOrder);
  }

  async byId(id: string): Promise<Order | undefined> {
    const row = await this.dataSource.getRepository(OrderEntity).findOneBy({ id });
    return row ? toOrder(row) : undefined;
  }
}
