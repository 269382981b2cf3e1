import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a delegate may spend of a project's credits, as identity's token named it when something was first ordered under it. */
@Entity('budgets')
@Index('budgets_project_idx', ['projectId', 'createdAt', 'id'])
@Check('budgets_allowed_check', 'taken >= 0 AND taken <= allowed')
export class BudgetEntity {
  /** Of the trust or the application credential. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'budgets_pkey' })
  id: string;

  @Column({ type: 'text', name: 'project_id' })
  projectId: string;

  /** Micro-credits, altogether. */
  @Column({ type: 'bigint' })
  allowed: string;

  /** Micro-credits that are spent, or in the escrow of a lease that counts in it. */
  @Column({ type: 'bigint', default: 0 })
  taken: string;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
