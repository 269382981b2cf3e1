import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A trail that nobody edits: the database refuses to change or remove a record. */
export class AuditTrail1795305000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "audit_records" ("seq" bigint NOT NULL, "event" text NOT NULL, "previous" character varying(64), "sha256" character varying(64) NOT NULL, CONSTRAINT "audit_records_pkey" PRIMARY KEY ("seq"))`,
    );
    await runner.query(
      `CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'The audit trail is append-only.'; END $$`,
    );
    await runner.query(
      `CREATE TRIGGER audit_records_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_records FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "audit_records"`);
    await runner.query(`DROP FUNCTION audit_is_append_only()`);
  }
}
