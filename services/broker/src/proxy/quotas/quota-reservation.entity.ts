import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Room in a project's quota, held while an order is on its way. */
@Entity({ name: 'quota_reservations' })
@Index('quota_reservations_project', ['projectId'])
export class QuotaReservationEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'quota_reservations_pkey' })
  id: string;

  @Column({ name: 'project_id', type: 'text' })
  projectId: string;

  @Column({ type: 'text' })
  type: 'server' | 'volume';

  @Column({ name: 'product_id', type: 'text' })
  productId: string;

  @Column({ type: 'integer' })
  quantity: number;

  /** A broker that died in the middle holds no room for ever. */
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt: Date;
}
