import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Meter, Price, Relation as LandlordRelation, Resource } from '@ocx/openstack-api/exchange/documents';
import { LandlordEntity } from '../../landlords/landlord.entity.js';
import { OrderEntity } from '../orders/order.entity.js';
import type { LeaseState } from './lease.js';

@Entity('leases')
@Index('leases_live_resource_key', ['landlordId', 'resourceType', 'resourceId'], {
  unique: true,
  where: `state IN ('pending', 'claimed', 'active', 'ending')`,
})
@Index('leases_resource_idx', ['resourceType', 'resourceId'])
@Index('leases_project_idx', ['projectId', 'createdAt', 'id'])
@Index('leases_landlord_idx', ['landlordId', 'state'])
@Check('leases_state_check', `state IN ('pending', 'claimed', 'active', 'ending', 'settled', 'refused', 'failed')`)
@Check('leases_charged_check', 'charged >= 0 AND unpaid >= 0')
@Check('leases_accepted_check', `state NOT IN ('claimed', 'active') OR acceptance IS NOT NULL`)
@Check('leases_uncharged_check', `state NOT IN ('refused', 'failed') OR charged = 0`)
export class LeaseEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'leases_pkey' })
  id: string;

  @Column({ type: 'uuid', name: 'order_id' })
  orderId: string;

  @Column({ type: 'text', name: 'landlord_id' })
  landlordId: string;

  @Column({ type: 'text', name: 'project_id' })
  projectId: string;

  @Column({ type: 'text', name: 'project_domain_id' })
  projectDomainId: string;

  @Column({ type: 'text', name: 'user_id' })
  userId: string;

  @Column({ type: 'text', name: 'product_type' })
  productType: 'server' | 'volume' | 'object-store';

  @Column({ type: 'text', name: 'product_id' })
  productId: string;

  @Column({ type: 'text', name: 'resource_type' })
  resourceType: Resource['type'];

  @Column({ type: 'text', name: 'resource_id' })
  resourceId: string;

  @Column({ type: 'bigint' })
  quantity: string;

  /** What the landlord may claim at most for one second, in the meter's units. */
  @Column({ type: 'bigint', name: 'units_per_second' })
  unitsPerSecond: string;

  /** What it may have claimed until `amended_at`, when its quantity was another; from then on per second as above. */
  @Column({ type: 'bigint', name: 'units_before', default: 0 })
  unitsBefore: string;

  @Column({ type: 'timestamptz', name: 'amended_at', nullable: true })
  amendedAt: Date | null;

  @Column({ type: 'text' })
  relation: LandlordRelation;

  @Column({ type: 'jsonb' })
  prices: Price[];

  @Column({ type: 'text', default: 'pending' })
  state: LeaseState;

  @Column({ type: 'text', nullable: true })
  reason: string | null;

  @Column({ type: 'text' })
  document: string;

  @Column({ type: 'text', nullable: true })
  acceptance: string | null;

  @Column({ type: 'text', name: 'lease_grant', nullable: true })
  leaseGrant: string | null;

  @Column({ type: 'timestamptz', name: 'starts_at' })
  startsAt: Date;

  @Column({ type: 'timestamptz', name: 'ends_at', nullable: true })
  endsAt: Date | null;

  @Column({ type: 'timestamptz', name: 'accepted_at', nullable: true })
  acceptedAt: Date | null;

  @Column({ type: 'timestamptz', name: 'ended_at', nullable: true })
  endedAt: Date | null;

  /** Units settled so far, by meter. */
  @Column({ type: 'jsonb', default: {} })
  units: Partial<Record<Meter, string>>;

  @Column({ type: 'bigint', default: 0 })
  charged: string;

  /** What usage cost beyond the funds there were: the landlord's loss, never a debt of the tenant. */
  @Column({ type: 'bigint', default: 0 })
  unpaid: string;

  @Column({ type: 'int', name: 'usage_seq', default: 0 })
  usageSeq: number;

  @Column({ type: 'text', name: 'usage_sha256', nullable: true })
  usageSha256: string | null;

  @Column({ type: 'timestamptz', name: 'usage_to', nullable: true })
  usageTo: Date | null;

  /** Whether what it costs counts in budgets: `lease_budgets` says in which. */
  @Column({ type: 'boolean', name: 'is_budgeted', default: false })
  isBudgeted: boolean;

  /** Why a usage record was refused; nothing of this lease is settled after that. */
  @Column({ type: 'text', nullable: true })
  dispute: string | null;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @ManyToOne(() => LandlordEntity)
  @JoinColumn({ name: 'landlord_id', foreignKeyConstraintName: 'leases_landlord_id_fkey' })
  landlord: Relation<LandlordEntity>;

  @ManyToOne(() => OrderEntity)
  @JoinColumn({ name: 'order_id', foreignKeyConstraintName: 'leases_order_id_fkey' })
  order: Relation<OrderEntity>;
}
