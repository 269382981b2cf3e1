import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens minted for landlords remember the login they came from, so that they can end with it. */
export class RevocableLandlordTokens1795300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE "minted_tokens" ADD "subject_audit_ids" text array, ADD "subject_issued_at" TIMESTAMP WITH TIME ZONE`,
    );
    await runner.query(
      `CREATE INDEX "minted_tokens_revocable" ON "minted_tokens" ("audience", "expires_at") WHERE "subject_audit_ids" IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "minted_tokens_revocable"`);
    await runner.query(`ALTER TABLE "minted_tokens" DROP COLUMN "subject_issued_at", DROP COLUMN "subject_audit_ids"`);
  }
}
