import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Budget } from '@ocx/openstack-api/exchange/tokens';
import { Forbidden } from '@ocx/service-kit/errors';
import { DataSource, type EntityManager } from 'typeorm';

/** A budget as it stands, in micro-credits. */
export interface BudgetStanding {
  readonly id: string;
  readonly projectId: string;
  readonly allowed: bigint;
  readonly left: bigint;
}

interface Row {
  readonly id: string;
  readonly project_id: string;
  readonly allowed: string;
  readonly taken: string;
}

function toStanding({ id, project_id, allowed, taken }: Row): BudgetStanding {
  return { id, projectId: project_id, allowed: BigInt(allowed), left: BigInt(allowed) - BigInt(taken) };
}

/**
 * What leases take of the budgets they count in. Everything that takes or gives back has the lock of the project's wallet by
 * then, and a budget is of one project: so nobody waits for a budget, and no two wait for one another.
 */
@Injectable()
export class BudgetsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** What the lease costs counts in these from now on. */
  async bind(
    manager: EntityManager,
    lease: { readonly id: string; readonly projectId: string },
    budgets: readonly Budget[],
  ): Promise<void> {
    const ids = budgets.map(({ id }) => id);
    await manager.query(
      `INSERT INTO budgets (id, project_id, allowed) SELECT id, $1, allowed FROM unnest($2::text[], $3::bigint[]) AS b (id, allowed)
       ON CONFLICT (id) DO NOTHING`,
      [lease.projectId, ids, budgets.map(({ limit }) => limit)],
    );
    await manager.query(`INSERT INTO lease_budgets (lease_id, budget_id) SELECT $1, unnest($2::text[])`, [
      lease.id,
      ids,
    ]);
  }

  /** How much the lease may still take: what is left of the budget that has the least. */
  async left(manager: EntityManager, leaseId: string): Promise<bigint> {
    return (await this.scarcest(manager, leaseId)).left;
  }

  /** Counts the amount in every budget of the lease. Throws `Forbidden` with reason `no_budget` where one does not reach. */
  async take(manager: EntityManager, leaseId: string, amount: bigint): Promise<void> {
    const { id, allowed, left } = await this.scarcest(manager, leaseId);
    if (left < amount) {
      throw new Forbidden(
        `This takes ${amount} micro-credits, and of the ${allowed} that delegation ${id} may spend ${left} are left (no_budget).`,
        { reason: 'no_budget' },
      );
    }
    await this.change(manager, leaseId, amount);
  }

  async giveBack(manager: EntityManager, leaseId: string, amount: bigint): Promise<void> {
    await this.change(manager, leaseId, -amount);
  }

  /** Whether what the lease costs counts in every one of these. */
  async isBound(leaseId: string, budgets: readonly Budget[]): Promise<boolean> {
    const ids = new Set(budgets.map(({ id }) => id));
    const rows = await this.dataSource.query<unknown[]>(
      `SELECT 1 FROM lease_budgets WHERE lease_id = $1 AND budget_id = ANY($2::text[])`,
      [leaseId, [...ids]],
    );
    return rows.length === ids.size;
  }

  /** Newest first; `marker` is the last id of the page before. */
  async page(projectId: string | undefined, limit: number, marker?: string): Promise<BudgetStanding[]> {
    const rows = await this.dataSource.query<Row[]>(
      `SELECT id, project_id, allowed, taken FROM budgets
       WHERE ($1::text IS NULL OR project_id = $1)
         AND ($3::text IS NULL OR (created_at, id) < (SELECT m.created_at, m.id FROM budgets m WHERE m.id = $3))
       ORDER BY created_at DESC, id DESC LIMIT $2`,
      [projectId ?? null, limit, marker ?? null],
    );
    return rows.map(toStanding);
  }

  private async scarcest(manager: EntityManager, leaseId: string): Promise<BudgetStanding> {
    const [row] = await manager.query<Row[]>(
      `SELECT b.id, b.project_id, b.allowed, b.taken FROM budgets b JOIN lease_budgets l ON l.budget_id = b.id
       WHERE l.lease_id = $1 ORDER BY b.allowed - b.taken, b.id LIMIT 1`,
      [leaseId],
    );
    if (!row) throw new Error('A lease lost its budgets.');
    return toStanding(row);
  }

  private async change(manager: EntityManager, leaseId: string, amount: bigint): Promise<void> {
    await manager.query(
      `UPDATE budgets SET taken = taken + $2::bigint WHERE id IN (SELECT budget_id FROM lease_budgets WHERE lease_id = $1)`,
      [leaseId, amount.toString()],
    );
  }
}
