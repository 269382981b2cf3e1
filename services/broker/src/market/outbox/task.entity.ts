import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { LeaseEntity } from '../leases/lease.entity.js';
import type { TaskKind } from './task.js';

/** Work that must happen although the process may die: written in the same transaction as the state that needs it. */
@Entity('outbox_tasks')
@Index('outbox_tasks_due_idx', ['runAt'])
@Check('outbox_tasks_kind_check', `kind IN ('guard', 'end', 'discard', 'amend')`)
export class TaskEntity {
  @PrimaryColumn({ type: 'uuid', name: 'lease_id', primaryKeyConstraintName: 'outbox_tasks_pkey' })
  leaseId: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'outbox_tasks_pkey' })
  kind: TaskKind;

  @Column({ type: 'timestamptz', name: 'run_at' })
  runAt: Date;

  @Column({ type: 'int', default: 0 })
  attempts: number;

  @ManyToOne(() => LeaseEntity)
  @JoinColumn({ name: 'lease_id', foreignKeyConstraintName: 'outbox_tasks_lease_id_fkey' })
  lease: Relation<LeaseEntity>;
}
