import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import { bigInteger } from '../database/big-integer.js';

@Entity('landlord_event')
@Check('landlord_event_seq', 'seq > 0')
export class EventEntity {
  @PrimaryColumn('bigint', { transformer: bigInteger, primaryKeyConstraintName: 'landlord_event_pk' })
  seq!: number;

  @Column('text')
  document!: string;
}

/** The one row whose lock orders events: numbers are given in the order of commits, and a rollback leaves no gap. */
@Entity('landlord_event_counter')
@Check('landlord_event_counter_single', 'id = 1')
export class EventCounterEntity {
  @PrimaryColumn('smallint', { primaryKeyConstraintName: 'landlord_event_counter_pk' })
  id!: number;

  @Column('bigint', { transformer: bigInteger })
  last!: number;
}
