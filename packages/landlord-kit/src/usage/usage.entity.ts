import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { LeaseEntity } from '../leases/lease.entity.js';

@Entity('landlord_usage')
@Index('landlord_usage_final', ['leaseId'], { unique: true, where: 'final' })
@Check('landlord_usage_seq', 'seq > 0')
export class UsageEntity {
  @PrimaryColumn('uuid', { name: 'lease_id', primaryKeyConstraintName: 'landlord_usage_pk' })
  leaseId!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'landlord_usage_pk' })
  seq!: number;

  @Column('text')
  document!: string;

  @Column('boolean')
  final!: boolean;

  @ManyToOne(() => LeaseEntity)
  @JoinColumn({ name: 'lease_id', foreignKeyConstraintName: 'landlord_usage_lease' })
  lease?: Relation<LeaseEntity>;
}
