import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Policies of endpoints, OAuth 1.0a tokens, ends of trusts to purge by, and a trail whose archived part may go. */
export class KeystoneExtensions1795340000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "audit_checkpoints" ("seq" bigint NOT NULL, "sha256" character varying(64) NOT NULL, "archived_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "audit_checkpoints_pkey" PRIMARY KEY ("seq"))`,
    );
    await runner.query(
      `CREATE TABLE "policy_associations" ("target" character varying(400) NOT NULL, "policy_id" character varying(64) NOT NULL, "endpoint_id" character varying(64), "service_id" character varying(64), "region_id" character varying(255), CONSTRAINT "PK_4f17f8d72933e9448447933a694" PRIMARY KEY ("target"))`,
    );
    await runner.query(`CREATE INDEX "IDX_55ce64e3fa75be9aa6708fcf8f" ON "policy_associations"  ("policy_id")`);
    await runner.query(`CREATE INDEX "IDX_471cb6fd1cc9e3a012cdb56368" ON "policy_associations"  ("endpoint_id")`);
    await runner.query(`CREATE INDEX "IDX_1b40a537d000e2d26c702f47d9" ON "policy_associations"  ("service_id")`);
    await runner.query(`CREATE INDEX "IDX_a08f39daea2b31e0166002469b" ON "policy_associations"  ("region_id")`);
    await runner.query(
      `CREATE TABLE "oauth_access_tokens" ("id" character varying(64) NOT NULL, "sealed_secret" text NOT NULL, "consumer_id" character varying(64) NOT NULL, "project_id" character varying(64) NOT NULL, "user_id" character varying(64) NOT NULL, "role_ids" character varying(64) array NOT NULL, "expires_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "PK_5956b59ddf50246f933275699e3" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_f9b2986f04da71a6f00a8fe331" ON "oauth_access_tokens"  ("consumer_id")`);
    await runner.query(`CREATE INDEX "IDX_6ce1261fb99cd8f31d2e30b1b1" ON "oauth_access_tokens"  ("project_id")`);
    await runner.query(`CREATE INDEX "IDX_2a145d311b29be597ff9612311" ON "oauth_access_tokens"  ("user_id")`);
    await runner.query(`CREATE INDEX "IDX_44ec42c816eb02e5eb2789607c" ON "oauth_access_tokens"  ("expires_at")`);
    await runner.query(
      `CREATE TABLE "oauth_nonces" ("sha256" character varying(64) NOT NULL, "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_5f0b842bf41be025bdd4b5ea5f9" PRIMARY KEY ("sha256"))`,
    );
    await runner.query(`CREATE INDEX "IDX_487686cf61f9a43788138cfdb2" ON "oauth_nonces"  ("expires_at")`);
    await runner.query(
      `CREATE TABLE "oauth_request_tokens" ("id" character varying(64) NOT NULL, "sealed_secret" text NOT NULL, "consumer_id" character varying(64) NOT NULL, "project_id" character varying(64) NOT NULL, "user_id" character varying(64), "role_ids" character varying(64) array NOT NULL DEFAULT '{}', "verifier_sha256" character varying(64), "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_20702ebc647beb9ddf05a9d39d6" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_4839b4bc80a5d20ef9d4555be0" ON "oauth_request_tokens"  ("consumer_id")`);
    await runner.query(`CREATE INDEX "IDX_53562c994a61579da5b24f4a56" ON "oauth_request_tokens"  ("project_id")`);
    await runner.query(`CREATE INDEX "IDX_76eb63fb49a47362ff5db92bd9" ON "oauth_request_tokens"  ("user_id")`);
    await runner.query(`CREATE INDEX "IDX_246d0a76f23a28f4fa1868e682" ON "oauth_request_tokens"  ("expires_at")`);
    await runner.query(`CREATE INDEX "IDX_715efdd881791df9b2e7739b8c" ON "trusts"  ("expires_at")`);
    await runner.query(
      `ALTER TABLE "policy_associations" ADD CONSTRAINT "FK_55ce64e3fa75be9aa6708fcf8f5" FOREIGN KEY ("policy_id") REFERENCES "policies"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "policy_associations" ADD CONSTRAINT "FK_471cb6fd1cc9e3a012cdb56368c" FOREIGN KEY ("endpoint_id") REFERENCES "endpoints"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "policy_associations" ADD CONSTRAINT "FK_1b40a537d000e2d26c702f47d9b" FOREIGN KEY ("service_id") REFERENCES "services"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "policy_associations" ADD CONSTRAINT "FK_a08f39daea2b31e0166002469b2" FOREIGN KEY ("region_id") REFERENCES "regions"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "oauth_access_tokens" ADD CONSTRAINT "FK_f9b2986f04da71a6f00a8fe331d" FOREIGN KEY ("consumer_id") REFERENCES "oauth_consumers"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "oauth_access_tokens" ADD CONSTRAINT "FK_6ce1261fb99cd8f31d2e30b1b14" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "oauth_access_tokens" ADD CONSTRAINT "FK_2a145d311b29be597ff96123114" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "oauth_request_tokens" ADD CONSTRAINT "FK_4839b4bc80a5d20ef9d4555be0d" FOREIGN KEY ("consumer_id") REFERENCES "oauth_consumers"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "oauth_request_tokens" ADD CONSTRAINT "FK_53562c994a61579da5b24f4a566" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "oauth_request_tokens" ADD CONSTRAINT "FK_76eb63fb49a47362ff5db92bd9a" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(`DROP TRIGGER audit_records_append_only ON audit_records`);
    await runner.query(
      `CREATE TRIGGER audit_records_append_only BEFORE UPDATE OR TRUNCATE ON audit_records FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()`,
    );
    await runner.query(
      `CREATE FUNCTION audit_keeps_what_is_not_archived() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF OLD.seq > COALESCE((SELECT max(seq) FROM audit_checkpoints), 0) THEN
           RAISE EXCEPTION 'The audit trail is append-only.';
         END IF;
         RETURN OLD;
       END $$`,
    );
    await runner.query(
      `CREATE TRIGGER audit_records_archived_first BEFORE DELETE ON audit_records FOR EACH ROW EXECUTE FUNCTION audit_keeps_what_is_not_archived()`,
    );
    await runner.query(
      `CREATE TRIGGER audit_checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TRIGGER audit_records_archived_first ON audit_records`);
    await runner.query(`DROP FUNCTION audit_keeps_what_is_not_archived()`);
    await runner.query(`DROP TRIGGER audit_records_append_only ON audit_records`);
    await runner.query(
      `CREATE TRIGGER audit_records_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_records FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()`,
    );
    await runner.query(`DROP INDEX "IDX_715efdd881791df9b2e7739b8c"`);
    for (const table of [
      'audit_checkpoints',
      'policy_associations',
      'oauth_access_tokens',
      'oauth_request_tokens',
      'oauth_nonces',
    ]) {
      await runner.query(`DROP TABLE "${table}"`);
    }
  }
}
