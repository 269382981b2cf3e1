import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One leased server or volume: what lists, markers and faults need when its landlord is silent. */
@Entity({ name: 'inventory_resources' })
@Check('inventory_resources_type', `type IN ('server', 'volume')`)
@Index('inventory_resources_project', ['type', 'projectId', 'landlordId'])
@Index('inventory_resources_lease', ['leaseId'], { unique: true })
export class InventoryResourceEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'inventory_resources_pkey' })
  type: 'server' | 'volume';

  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'inventory_resources_pkey' })
  id: string;

  @Column({ name: 'lease_id', type: 'uuid' })
  leaseId: string;

  @Column({ name: 'landlord_id', type: 'text' })
  landlordId: string;

  @Column({ name: 'project_id', type: 'text' })
  projectId: string;

  @Column({ name: 'user_id', type: 'text' })
  userId: string;

  @Column({ name: 'product_id', type: 'text' })
  productId: string;

  /** GiB of a volume, 1 for a server. */
  @Column({ type: 'integer' })
  quantity: number;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text' })
  status: string;

  /** Which of the user's key pairs went into a server: the landlord never learns its name. */
  @Column({ name: 'key_name', type: 'text', nullable: true })
  keyName: string | null;

  /** The quota reservation that this row takes the place of. */
  @Column({ name: 'reservation_id', type: 'uuid', nullable: true })
  reservationId: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt: Date;

  /** The newest full view the landlord gave, as the tenant saw it; null until there was one. */
  @Column({ name: 'last_view', type: 'jsonb', nullable: true })
  lastView: Record<string, unknown> | null;
}
