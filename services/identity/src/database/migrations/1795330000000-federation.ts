import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where the metadata of a home organisation come from, and how an answer of it comes. */
export class Federation1795330000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "identity_providers" ADD "metadata_source" jsonb`);
    await runner.query(`ALTER TABLE "identity_providers" ADD "metadata_asked_at" TIMESTAMP WITH TIME ZONE`);
    await runner.query(`ALTER TABLE "saml_requests" ADD "binding" character varying(8) NOT NULL DEFAULT 'post'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "saml_requests" DROP COLUMN "binding"`);
    await runner.query(`ALTER TABLE "identity_providers" DROP COLUMN "metadata_asked_at"`);
    await runner.query(`ALTER TABLE "identity_providers" DROP COLUMN "metadata_source"`);
  }
}
