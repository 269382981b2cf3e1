import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type OrderState = 'open' | 'filled' | 'failed';

@Entity('orders')
@Index('orders_idempotency_key', ['projectId', 'idempotencyKey'], {
  unique: true,
  where: 'idempotency_key IS NOT NULL',
})
@Index('orders_project_idx', ['projectId', 'createdAt', 'id'])
@Check('orders_state_check', `state IN ('open', 'filled', 'failed')`)
@Check('orders_filled_check', `(state = 'filled') = (lease_id IS NOT NULL)`)
export class OrderEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'orders_pkey' })
  id: string;

  @Column({ type: 'text', name: 'project_id' })
  projectId: string;

  @Column({ type: 'text', name: 'user_id' })
  userId: string;

  @Column({ type: 'text', name: 'resource_type' })
  resourceType: string;

  @Column({ type: 'text', name: 'product_id' })
  productId: string;

  @Column({ type: 'bigint' })
  quantity: string;

  @Column({ type: 'text', nullable: true })
  region: string | null;

  @Column({ type: 'text', name: 'idempotency_key', nullable: true })
  idempotencyKey: string | null;

  @Column({ type: 'text', default: 'open' })
  state: OrderState;

  @Column({ type: 'text', nullable: true })
  reason: string | null;

  @Column({ type: 'uuid', name: 'lease_id', nullable: true })
  leaseId: string | null;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
