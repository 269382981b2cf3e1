import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Old rows are found by their age when they are taken away. */
export class AgeIndexes1795232000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX "revocations_revoked_at" ON "revocations" ("revoked_at")`);
    await runner.query(`CREATE INDEX "minted_tokens_expires_at" ON "minted_tokens" ("expires_at")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "minted_tokens_expires_at"`);
    await runner.query(`DROP INDEX "revocations_revoked_at"`);
  }
}
