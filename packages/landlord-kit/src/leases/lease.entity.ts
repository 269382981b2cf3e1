import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Product, Resource } from '@ocx/openstack-api/exchange/documents';
import { bigInteger } from '../database/big-integer.js';
import type { LeaseState, ResourceVector } from './lease.js';

@Entity('landlord_lease')
@Index('landlord_lease_resource', ['resourceType', 'resourceId'], { unique: true, where: `state <> 'ended'` })
@Index('landlord_lease_due', ['endsAt'], { where: `state <> 'ended'` })
@Check('landlord_lease_state', `state IN ('active', 'ending', 'ended')`)
@Check('landlord_lease_ended', `(state = 'ended') = (ended_at IS NOT NULL)`)
@Check('landlord_lease_usage', '(usage_seq = 0) = (usage_hash IS NULL)')
export class LeaseEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'landlord_lease_pk' })
  id!: string;

  @Column('text', { name: 'project_id' })
  projectId!: string;

  @Column('text', { name: 'project_domain_id' })
  projectDomainId!: string;

  @Column('text', { name: 'user_id' })
  userId!: string;

  @Column('text', { name: 'product_type' })
  productType!: Product['type'];

  @Column('text', { name: 'product_id' })
  productId!: string;

  @Column('text', { name: 'resource_type' })
  resourceType!: Resource['type'];

  @Column('text', { name: 'resource_id' })
  resourceId!: string;

  @Column('bigint', { transformer: bigInteger })
  quantity!: number;

  /** What the lease takes from the capacity, and gives back when it ends. */
  @Column('jsonb')
  claimed!: ResourceVector;

  @Column('text')
  state!: LeaseState;

  /** The lease as the broker signed it, and our countersignature. */
  @Column('text')
  document!: string;

  @Column('text', { name: 'document_sha256' })
  documentSha256!: string;

  @Column('text')
  acceptance!: string;

  @Column('timestamptz', { name: 'accepted_at' })
  acceptedAt!: Date;

  @Column('timestamptz', { name: 'ends_at', nullable: true })
  endsAt!: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  /** Usage is signed up to this whole second. */
  @Column('timestamptz', { name: 'metered_to' })
  meteredTo!: Date;

  @Column('integer', { name: 'usage_seq' })
  usageSeq!: number;

  @Column('text', { name: 'usage_hash', nullable: true })
  usageHash!: string | null;
}
