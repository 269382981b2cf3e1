import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Credentials, trusts and OAuth consumers; options of users, and how their passwords and logins went. */
export class Authentication1795320000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "credentials" ("id" character varying(64) NOT NULL, "user_id" character varying(64) NOT NULL, "project_id" character varying(64), "type" character varying(255) NOT NULL, "sealed_blob" text NOT NULL, CONSTRAINT "PK_1e38bc43be6697cdda548ad27a6" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_c68a6c53e95a7dc357f4ebce8f" ON "credentials"  ("user_id")`);
    await runner.query(`CREATE INDEX "IDX_6b4c39190c3e59de1871a3300c" ON "credentials"  ("project_id")`);
    await runner.query(
      `CREATE TABLE "oauth_consumers" ("id" character varying(64) NOT NULL, "description" text, "sealed_secret" text NOT NULL, CONSTRAINT "PK_2259d3f08943d6a096a74ee5e26" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE TABLE "trust_roles" ("trust_id" character varying(64) NOT NULL, "role_id" character varying(64) NOT NULL, CONSTRAINT "PK_56607bdcf70df9969e9dff60a35" PRIMARY KEY ("trust_id", "role_id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_9cfe9185b8cfadc43da6ac4f08" ON "trust_roles"  ("role_id")`);
    await runner.query(
      `CREATE TABLE "trusts" ("id" character varying(64) NOT NULL, "trustor_user_id" character varying(64) NOT NULL, "trustee_user_id" character varying(64) NOT NULL, "project_id" character varying(64), "impersonation" boolean NOT NULL, "expires_at" TIMESTAMP WITH TIME ZONE, "expires_at_micros" smallint NOT NULL DEFAULT '0', "remaining_uses" integer, "redelegated_trust_id" character varying(64), "redelegation_count" integer NOT NULL DEFAULT '0', CONSTRAINT "PK_95c5c113bf27d477b0dcf66ae7c" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_dc44328b5e2dafa03dabbbf748" ON "trusts"  ("trustor_user_id")`);
    await runner.query(`CREATE INDEX "IDX_0d591f9f9e275c5fecb9d8dba8" ON "trusts"  ("trustee_user_id")`);
    await runner.query(`CREATE INDEX "IDX_b53f0c369837eb1da31b476306" ON "trusts"  ("project_id")`);
    await runner.query(`CREATE INDEX "IDX_e8baeccdcf7af10a52ad69e439" ON "trusts"  ("redelegated_trust_id")`);
    await runner.query(
      `ALTER TABLE "credentials" ADD CONSTRAINT "FK_c68a6c53e95a7dc357f4ebce8f0" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "credentials" ADD CONSTRAINT "FK_6b4c39190c3e59de1871a3300c4" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "trust_roles" ADD CONSTRAINT "FK_e0e6fed030923da877b3e707660" FOREIGN KEY ("trust_id") REFERENCES "trusts"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "trust_roles" ADD CONSTRAINT "FK_9cfe9185b8cfadc43da6ac4f084" FOREIGN KEY ("role_id") REFERENCES "roles"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "trusts" ADD CONSTRAINT "FK_dc44328b5e2dafa03dabbbf7481" FOREIGN KEY ("trustor_user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "trusts" ADD CONSTRAINT "FK_0d591f9f9e275c5fecb9d8dba81" FOREIGN KEY ("trustee_user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "trusts" ADD CONSTRAINT "FK_b53f0c369837eb1da31b4763062" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "trusts" ADD CONSTRAINT "FK_e8baeccdcf7af10a52ad69e4391" FOREIGN KEY ("redelegated_trust_id") REFERENCES "trusts"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "application_credential_access_rules" ALTER CONSTRAINT "FK_3c9036e819eac28eeb362136436" DEFERRABLE INITIALLY DEFERRED`,
    );
    await runner.query(
      `CREATE TABLE "password_history" ("id" bigint GENERATED ALWAYS AS IDENTITY NOT NULL, "user_id" character varying(64) NOT NULL, "password_hash" character varying(255) NOT NULL, CONSTRAINT "PK_da65ed4600e5e6bc9315754a8b2" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_7d8eb44a61ad9153cc3deb7cb6" ON "password_history" ("user_id", "id")`);
    await runner.query(
      `CREATE TABLE "user_logins" ("user_id" character varying(64) NOT NULL, "failed_count" integer NOT NULL DEFAULT '0', "failed_at" TIMESTAMP WITH TIME ZONE, "last_active_on" date NOT NULL, "passcode_step" bigint, CONSTRAINT "PK_b0133215faede166e3c8772e0d2" PRIMARY KEY ("user_id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_e60c059b483b58b32453bd14f6" ON "user_logins" ("last_active_on")`);
    await runner.query(`ALTER TABLE "users" ADD "password_created_at" TIMESTAMP WITH TIME ZONE`);
    await runner.query(`ALTER TABLE "users" ADD "password_expires_at" TIMESTAMP WITH TIME ZONE`);
    await runner.query(`ALTER TABLE "users" ADD "password_self_service" boolean NOT NULL DEFAULT false`);
    await runner.query(`ALTER TABLE "users" ADD "options" jsonb NOT NULL DEFAULT '{}'`);
    await runner.query(`CREATE INDEX "IDX_0088399eef990f982a49fe69ac" ON "users" ("password_expires_at")`);
    await runner.query(
      `ALTER TABLE "password_history" ADD CONSTRAINT "FK_4933dc7a01356ac0733a5ad52d9" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "user_logins" ADD CONSTRAINT "FK_b0133215faede166e3c8772e0d2" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `INSERT INTO "user_logins" ("user_id", "last_active_on") SELECT "id", CURRENT_DATE FROM "users"`,
    );
    await runner.query(`UPDATE "users" SET "password_created_at" = now() WHERE "password_hash" IS NOT NULL`);
    await runner.query(`ALTER TABLE "application_credentials" ADD "expires_at_micros" smallint NOT NULL DEFAULT '0'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "application_credentials" DROP COLUMN "expires_at_micros"`);
    await runner.query(`DROP TABLE "user_logins"`);
    await runner.query(`DROP TABLE "password_history"`);
    await runner.query(`ALTER TABLE "users" DROP COLUMN "options"`);
    await runner.query(`ALTER TABLE "users" DROP COLUMN "password_self_service"`);
    await runner.query(`ALTER TABLE "users" DROP COLUMN "password_expires_at"`);
    await runner.query(`ALTER TABLE "users" DROP COLUMN "password_created_at"`);
    await runner.query(
      `ALTER TABLE "application_credential_access_rules" ALTER CONSTRAINT "FK_3c9036e819eac28eeb362136436" NOT DEFERRABLE`,
    );
    await runner.query(`DROP TABLE "trust_roles"`);
    await runner.query(`DROP TABLE "trusts"`);
    await runner.query(`DROP TABLE "oauth_consumers"`);
    await runner.query(`DROP TABLE "credentials"`);
  }
}
