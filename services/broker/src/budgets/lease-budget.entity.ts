import { Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { LeaseEntity } from '../market/leases/lease.entity.js';
import { BudgetEntity } from './budget.entity.js';

/** A budget in which what a lease costs counts, from its order to its end. */
@Entity('lease_budgets')
export class LeaseBudgetEntity {
  @PrimaryColumn({ type: 'uuid', name: 'lease_id', primaryKeyConstraintName: 'lease_budgets_pkey' })
  leaseId: string;

  @Index('lease_budgets_budget_idx')
  @PrimaryColumn({ type: 'text', name: 'budget_id', primaryKeyConstraintName: 'lease_budgets_pkey' })
  budgetId: string;

  @ManyToOne(() => LeaseEntity)
  @JoinColumn({ name: 'lease_id', foreignKeyConstraintName: 'lease_budgets_lease_id_fkey' })
  lease: Relation<LeaseEntity>;

  @ManyToOne(() => BudgetEntity)
  @JoinColumn({ name: 'budget_id', foreignKeyConstraintName: 'lease_budgets_budget_id_fkey' })
  budget: Relation<BudgetEntity>;
}
