import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Logins that end together with the provider's own session. */
export class SamlSessions1795350000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "saml_sessions" ("audit_id" character varying(64) NOT NULL, "identity_provider_id" character varying(64) NOT NULL, "name_id" text NOT NULL, "subject" jsonb NOT NULL, "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_8ccd0520e128b94eaa8be074874" PRIMARY KEY ("audit_id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_a5def5a0d43d430225f6425401" ON "saml_sessions"  ("expires_at")`);
    await runner.query(
      `CREATE INDEX "IDX_8c9494a9d4b8f37736610dd111" ON "saml_sessions"  ("identity_provider_id", "name_id")`,
    );
    await runner.query(
      `ALTER TABLE "saml_sessions" ADD CONSTRAINT "FK_06f714abaea0a6686d05248d20c" FOREIGN KEY ("identity_provider_id") REFERENCES "identity_providers"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "saml_sessions"`);
  }
}
