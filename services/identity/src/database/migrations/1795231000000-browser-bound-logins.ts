import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A login belongs to the browser that began it. Logins under way, minutes old at most, begin again. */
export class BrowserBoundLogins1795231000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM "saml_requests"`);
    await runner.query(`ALTER TABLE "saml_requests" ADD "browser_sha256" character varying(64) NOT NULL`);
    await runner.query(`ALTER TABLE "saml_requests" ADD "code_sha256" character varying(64)`);
    await runner.query(`ALTER TABLE "saml_requests" ADD CONSTRAINT "saml_requests_code" UNIQUE ("code_sha256")`);
    await runner.query(`ALTER TABLE "saml_requests" ADD "attributes" jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "saml_requests" DROP COLUMN "attributes"`);
    await runner.query(`ALTER TABLE "saml_requests" DROP CONSTRAINT "saml_requests_code"`);
    await runner.query(`ALTER TABLE "saml_requests" DROP COLUMN "code_sha256"`);
    await runner.query(`ALTER TABLE "saml_requests" DROP COLUMN "browser_sha256"`);
  }
}
