import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import type { AskedMove } from './asked-move.js';

/** The move that the landlord's administrator asked for last, by the command; the running service carries it out. */
@Entity('landlord_move')
@Check('landlord_move_single', 'id = 1')
@Check('landlord_move_outcome', `outcome IN ('moved', 'refused')`)
export class LandlordMoveEntity implements AskedMove {
  @PrimaryColumn('smallint', { primaryKeyConstraintName: 'landlord_move_pk' })
  id!: number;

  /** Null: it stays where it is. */
  @Column('text', { nullable: true })
  endpoint!: string | null;

  @Column('integer', { nullable: true })
  port!: number | null;

  @Column('boolean', { name: 'new_key' })
  newKey!: boolean;

  @Column('timestamptz', { name: 'asked_at' })
  askedAt!: Date;

  @Column('text', { name: 'key_thumbprint', nullable: true })
  keyThumbprint!: string | null;

  @Column('text', { nullable: true })
  move!: string | null;

  @Column('text', { nullable: true })
  consent!: string | null;

  /** Null while it is under way. */
  @Column('text', { nullable: true })
  outcome!: 'moved' | 'refused' | null;

  /** Why it was refused. */
  @Column('text', { nullable: true })
  detail!: string | null;
}
