import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import { bigInteger } from '../database/big-integer.js';

/** `used` may exceed `total` after the landlord lowered it; claims are then refused until enough leases have ended. */
@Entity('landlord_capacity')
@Check('landlord_capacity_total', 'total >= 0')
@Check('landlord_capacity_used', 'used >= 0')
export class CapacityEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'landlord_capacity_pk' })
  unit!: string;

  @Column('bigint', { transformer: bigInteger })
  total!: number;

  @Column('bigint', { transformer: bigInteger })
  used!: number;
}
