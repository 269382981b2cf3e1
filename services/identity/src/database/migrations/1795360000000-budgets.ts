import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a delegate may spend: the budgets of a trust or an application credential and of all that it was made from. */
export class Budgets1795360000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "trusts" ADD "budgets" jsonb NOT NULL DEFAULT '[]'`);
    await runner.query(`ALTER TABLE "application_credentials" ADD "budgets" jsonb NOT NULL DEFAULT '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "application_credentials" DROP COLUMN "budgets"`);
    await runner.query(`ALTER TABLE "trusts" DROP COLUMN "budgets"`);
  }
}
