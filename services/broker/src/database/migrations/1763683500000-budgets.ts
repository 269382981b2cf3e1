import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What delegates may spend, and which leases count in it. */
export class Budgets1763683500000 implements MigrationInterface {
  name = 'Budgets1763683500000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `CREATE TABLE budgets (
    id text NOT NULL,
    project_id text NOT NULL,
    allowed bigint NOT NULL,
    taken bigint NOT NULL DEFAULT '0',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT budgets_allowed_check CHECK (taken >= 0 AND taken <= allowed),
    CONSTRAINT budgets_pkey PRIMARY KEY (id)
  )`,
  `CREATE INDEX budgets_project_idx ON budgets (project_id, created_at, id)`,
  `CREATE TABLE lease_budgets (
    lease_id uuid NOT NULL,
    budget_id text NOT NULL,
    CONSTRAINT lease_budgets_pkey PRIMARY KEY (lease_id, budget_id),
    CONSTRAINT lease_budgets_lease_id_fkey FOREIGN KEY (lease_id) REFERENCES leases(id),
    CONSTRAINT lease_budgets_budget_id_fkey FOREIGN KEY (budget_id) REFERENCES budgets(id)
  )`,
  `CREATE INDEX lease_budgets_budget_idx ON lease_budgets (budget_id)`,
  `ALTER TABLE leases ADD is_budgeted boolean NOT NULL DEFAULT false`,
];

const DOWN = [`ALTER TABLE leases DROP COLUMN is_budgeted`, `DROP TABLE lease_budgets`, `DROP TABLE budgets`];
