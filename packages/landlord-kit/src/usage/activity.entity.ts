import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { bigInteger } from '../database/big-integer.js';
import { LeaseEntity } from '../leases/lease.entity.js';

/** From the whole second `at` on, `amount` is in use, until the lease's next step. */
@Entity('lease_activity')
@Check('lease_activity_amount', 'amount >= 0')
export class ActivityEntity {
  @PrimaryColumn('uuid', { name: 'lease_id', primaryKeyConstraintName: 'lease_activity_pk' })
  leaseId!: string;

  @PrimaryColumn('timestamptz', { primaryKeyConstraintName: 'lease_activity_pk' })
  at!: Date;

  @Column('bigint', { transformer: bigInteger })
  amount!: number;

  @ManyToOne(() => LeaseEntity)
  @JoinColumn({ name: 'lease_id', foreignKeyConstraintName: 'lease_activity_lease' })
  lease?: Relation<LeaseEntity>;
}
