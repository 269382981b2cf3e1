import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The register of other clouds. */
export class ServiceProviders1795233000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "service_providers" ("id" character varying(64) NOT NULL, "auth_url" character varying(256) NOT NULL, "sp_url" character varying(256) NOT NULL, "description" text, "enabled" boolean NOT NULL DEFAULT false, "relay_state_prefix" character varying(256) NOT NULL DEFAULT 'ss:mem:', CONSTRAINT "service_providers_pkey" PRIMARY KEY ("id"))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "service_providers"`);
  }
}
