import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Minted tokens remember what they were made from, so that they can end with it, and whether they were given back. */
export class RevocableMintedTokens1795300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE "minted_tokens" ADD "subject_audit_ids" text array, ADD "subject_issued_at" TIMESTAMP WITH TIME ZONE, ADD "revoked_at" TIMESTAMP WITH TIME ZONE`,
    );
    await runner.query(`CREATE INDEX "minted_tokens_audience" ON "minted_tokens" ("audience", "expires_at")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "minted_tokens_audience"`);
    await runner.query(
      `ALTER TABLE "minted_tokens" DROP COLUMN "revoked_at", DROP COLUMN "subject_issued_at", DROP COLUMN "subject_audit_ids"`,
    );
  }
}
