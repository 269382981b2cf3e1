import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every table of identity, as its entities describe them. */
export class InitialSchema1795219200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "access_rules" ("id" character varying(64) NOT NULL, "user_id" character varying(64) NOT NULL, "service" character varying(64) NOT NULL, "method" character varying(16) NOT NULL, "path" character varying(128) NOT NULL, CONSTRAINT "UQ_4cc3379b7c7eda9f541966d9258" UNIQUE ("user_id", "service", "method", "path"), CONSTRAINT "PK_c5d8baea0602bafacd902bb4660" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE TABLE "application_credential_access_rules" ("application_credential_id" character varying(64) NOT NULL, "access_rule_id" character varying(64) NOT NULL, CONSTRAINT "PK_732a353b59bf46083c6fd3cc069" PRIMARY KEY ("application_credential_id", "access_rule_id"))`,
    );
    await runner.query(
      `CREATE INDEX "IDX_3c9036e819eac28eeb36213643" ON "application_credential_access_rules"  ("access_rule_id") `,
    );
    await runner.query(
      `CREATE TABLE "application_credential_roles" ("application_credential_id" character varying(64) NOT NULL, "role_id" character varying(64) NOT NULL, CONSTRAINT "PK_05d0e479fe8cb7b5dffab3598be" PRIMARY KEY ("application_credential_id", "role_id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_30e7c17c8c5d53a33ac7a8837c" ON "application_credential_roles"  ("role_id") `);
    await runner.query(
      `CREATE TABLE "application_credentials" ("id" character varying(64) NOT NULL, "user_id" character varying(64) NOT NULL, "project_id" character varying(64) NOT NULL, "name" character varying(255) NOT NULL, "description" text, "secret_hash" character varying(255) NOT NULL, "expires_at" TIMESTAMP WITH TIME ZONE, "unrestricted" boolean NOT NULL DEFAULT false, "has_access_rules" boolean NOT NULL DEFAULT false, CONSTRAINT "UQ_fda1240ff6f057acda07a7398af" UNIQUE ("user_id", "name"), CONSTRAINT "PK_623e1b9547d07c6850872f38106" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_b0d16f74689fa7cf6065430e6b" ON "application_credentials"  ("project_id") `);
    await runner.query(
      `CREATE TABLE "endpoints" ("id" character varying(64) NOT NULL, "service_id" character varying(64) NOT NULL, "region_id" character varying(255), "interface" character varying(8) NOT NULL, "url" text NOT NULL, "enabled" boolean NOT NULL DEFAULT true, CONSTRAINT "PK_70835610dfa54ad5d990e02f70a" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_2b4b9bf620643ca2d83404f579" ON "endpoints"  ("service_id") `);
    await runner.query(`CREATE INDEX "IDX_49f92911385b020044ad158bc7" ON "endpoints"  ("region_id") `);
    await runner.query(
      `CREATE TABLE "regions" ("id" character varying(255) NOT NULL, "description" text NOT NULL DEFAULT '', "parent_region_id" character varying(255), CONSTRAINT "PK_4fcd12ed6a046276e2deb08801c" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_26fd3475b73815de7715bd0719" ON "regions"  ("parent_region_id") `);
    await runner.query(
      `CREATE TABLE "services" ("id" character varying(64) NOT NULL, "type" character varying(255) NOT NULL, "name" character varying(255) NOT NULL DEFAULT '', "description" text NOT NULL DEFAULT '', "enabled" boolean NOT NULL DEFAULT true, CONSTRAINT "PK_ba2d347a3168a296416c6c5ccb2" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_9afa1e5a9fd5f40df42fb04fe0" ON "services"  ("type") `);
    await runner.query(
      `CREATE TABLE "domains" ("id" character varying(64) NOT NULL, "name" character varying(64) NOT NULL, "description" text NOT NULL DEFAULT '', "enabled" boolean NOT NULL DEFAULT true, CONSTRAINT "UQ_f36af68a2defaa8ae5fdd9b5640" UNIQUE ("name"), CONSTRAINT "PK_05a6b087662191c2ea7f7ddfc4d" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE TABLE "client_assertions" ("client_id" character varying(64) NOT NULL, "jti" character varying(128) NOT NULL, "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_32c20dc997623a00e263a5c305e" PRIMARY KEY ("client_id", "jti"))`,
    );
    await runner.query(`CREATE INDEX "IDX_ed9ae92c2d4f90a0b088929290" ON "client_assertions"  ("expires_at") `);
    await runner.query(
      `CREATE TABLE "clients" ("id" character varying(64) NOT NULL, "jwk" jsonb NOT NULL, "thumbprint" character varying(43) NOT NULL, CONSTRAINT "UQ_d0745d3cdc93bfa929ee955e411" UNIQUE ("thumbprint"), CONSTRAINT "PK_f1ab7cf3a5714dbc6bb4e1c28a4" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE TABLE "enrolment_codes" ("sha256" character varying(64) NOT NULL, "client_id" character varying(64) NOT NULL, "thumbprint" character varying(43), CONSTRAINT "PK_4d85b90336903d4e85663c85015" PRIMARY KEY ("sha256"))`,
    );
    await runner.query(
      `CREATE TABLE "landlords" ("id" character varying(64) NOT NULL, "name" character varying(64) NOT NULL, "kind" character varying(16) NOT NULL, "region" character varying(64) NOT NULL, "endpoint" character varying(256) NOT NULL, "jwk" jsonb NOT NULL, "thumbprint" character varying(43) NOT NULL, "accepts_admin" boolean NOT NULL DEFAULT false, CONSTRAINT "UQ_a20d21a8855312728c5ff52e0c9" UNIQUE ("thumbprint"), CONSTRAINT "PK_6d4f2822376966a2c9fe612b66a" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE TABLE "identity_providers" ("id" character varying(64) NOT NULL, "domain_id" character varying(64) NOT NULL, "description" text, "enabled" boolean NOT NULL DEFAULT true, "authorization_ttl" integer, "saml" jsonb, CONSTRAINT "PK_3ac9e77e3690c03f7f25579c8e0" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_e366eb1b38505bea3f20f1cf39" ON "identity_providers"  ("domain_id") `);
    await runner.query(
      `CREATE TABLE "federation_protocols" ("identity_provider_id" character varying(64) NOT NULL, "id" character varying(64) NOT NULL, "mapping_id" character varying(64) NOT NULL, "remote_id_attribute" character varying(64), CONSTRAINT "PK_aa2743aeaa78f9f112fbd24c4a3" PRIMARY KEY ("identity_provider_id", "id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_227ad5bd79f6b9fe7b50b71455" ON "federation_protocols"  ("mapping_id") `);
    await runner.query(
      `CREATE TABLE "identity_provider_remote_ids" ("remote_id" character varying(255) NOT NULL, "identity_provider_id" character varying(64) NOT NULL, CONSTRAINT "PK_7109a042c819c75a21cfe9942cd" PRIMARY KEY ("remote_id"))`,
    );
    await runner.query(
      `CREATE INDEX "IDX_19f52bf119f27a8d6ce8000c55" ON "identity_provider_remote_ids"  ("identity_provider_id") `,
    );
    await runner.query(
      `CREATE TABLE "mappings" ("id" character varying(64) NOT NULL, "rules" jsonb NOT NULL, "schema_version" character varying(8) NOT NULL DEFAULT '1.0', CONSTRAINT "PK_f77700976d4a5ff7d7ed8445c03" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE TABLE "saml_assertions" ("identity_provider_id" character varying(64) NOT NULL, "assertion_id" character varying(255) NOT NULL, "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_447028ecde319b405dca7189d2a" PRIMARY KEY ("identity_provider_id", "assertion_id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_bb40983116003d7161bdf04436" ON "saml_assertions"  ("expires_at") `);
    await runner.query(
      `CREATE TABLE "saml_requests" ("id" character varying(128) NOT NULL, "identity_provider_id" character varying(64) NOT NULL, "protocol_id" character varying(64) NOT NULL, "origin" text, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_6bfb0a52a23916eaf5f1586beab" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_f1ced87ecd3ba0339748c6288e" ON "saml_requests"  ("identity_provider_id") `);
    await runner.query(`CREATE INDEX "IDX_00e1993afee3131555a5685a38" ON "saml_requests"  ("expires_at") `);
    await runner.query(
      `CREATE TABLE "group_memberships" ("user_id" character varying(64) NOT NULL, "group_id" character varying(64) NOT NULL, "mapped" boolean NOT NULL DEFAULT false, "expires_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "PK_e9a383a45af8eff11505d527620" PRIMARY KEY ("user_id", "group_id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_cad344fe877fcee0ac7e065ed0" ON "group_memberships"  ("group_id") `);
    await runner.query(
      `CREATE TABLE "groups" ("id" character varying(64) NOT NULL, "domain_id" character varying(64) NOT NULL, "name" character varying(64) NOT NULL, "description" text NOT NULL DEFAULT '', CONSTRAINT "UQ_ac836df52b266bc73621c287fb4" UNIQUE ("domain_id", "name"), CONSTRAINT "PK_659d1483316afb28afd3a90646e" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE TABLE "projects" ("id" character varying(64) NOT NULL, "domain_id" character varying(64) NOT NULL, "name" character varying(64) NOT NULL, "description" text NOT NULL DEFAULT '', "enabled" boolean NOT NULL DEFAULT true, "parent_id" character varying(64), "tags" text array NOT NULL DEFAULT '{}', CONSTRAINT "UQ_3139ab548113e69279afcb71925" UNIQUE ("domain_id", "name"), CONSTRAINT "PK_6271df0a7aed1d6c0691ce6ac50" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_edbca3232e817e77f84de8c59f" ON "projects"  ("parent_id") `);
    await runner.query(
      `CREATE TABLE "revocations" ("seq" bigint NOT NULL, "audit_id" character varying(64), "user_id" character varying(64), "project_id" character varying(64), "issued_before" TIMESTAMP WITH TIME ZONE NOT NULL, "revoked_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "revocations_name_something" CHECK (num_nonnulls("audit_id", "user_id", "project_id") >= 1), CONSTRAINT "PK_a8f397fd110cad8cbc68927edc0" PRIMARY KEY ("seq"))`,
    );
    await runner.query(`CREATE INDEX "IDX_ac7cd3b6da06e509f0741a1f04" ON "revocations"  ("audit_id") `);
    await runner.query(`CREATE INDEX "IDX_c4557f00734332e650b2dd27c0" ON "revocations"  ("user_id") `);
    await runner.query(`CREATE INDEX "IDX_2893f83b076fe225077268cc11" ON "revocations"  ("project_id") `);
    await runner.query(
      `CREATE TABLE "role_assignments" ("id" bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL, "role_id" character varying(64) NOT NULL, "user_id" character varying(64), "group_id" character varying(64), "project_id" character varying(64), "domain_id" character varying(64), "system" boolean NOT NULL DEFAULT false, CONSTRAINT "UQ_fd56c67845620b2a3d81e8838fd" UNIQUE ("role_id", "group_id", "domain_id"), CONSTRAINT "UQ_58f265afa9dca23a01d84dda9cb" UNIQUE ("role_id", "group_id", "project_id"), CONSTRAINT "UQ_df09c09c70608535fd691c0fe45" UNIQUE ("role_id", "user_id", "domain_id"), CONSTRAINT "UQ_2dc0ca26fa7b130c480fc0c05d9" UNIQUE ("role_id", "user_id", "project_id"), CONSTRAINT "role_assignments_one_target" CHECK (num_nonnulls("project_id", "domain_id") + "system"::int = 1), CONSTRAINT "role_assignments_one_actor" CHECK (num_nonnulls("user_id", "group_id") = 1), CONSTRAINT "PK_fc2df9835ac1d2a34839f113783" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_d91c8ac0c10fd8c6acdcc5ee94" ON "role_assignments"  ("user_id") `);
    await runner.query(`CREATE INDEX "IDX_301b5d23ced71620f4b8cbc0f3" ON "role_assignments"  ("group_id") `);
    await runner.query(`CREATE INDEX "IDX_c1eb2b0c50feb12766b5de9614" ON "role_assignments"  ("project_id") `);
    await runner.query(`CREATE INDEX "IDX_3a35ccd4d78e1f62a7bc7e13bf" ON "role_assignments"  ("domain_id") `);
    await runner.query(
      `CREATE UNIQUE INDEX "IDX_f2499bc0f8ace98d3f20cf0bbb" ON "role_assignments"  ("role_id", "group_id") WHERE "system"`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "IDX_8d1ce361c4adcc83a5c47dabbf" ON "role_assignments"  ("role_id", "user_id") WHERE "system"`,
    );
    await runner.query(
      `CREATE TABLE "implied_roles" ("prior_role_id" character varying(64) NOT NULL, "implied_role_id" character varying(64) NOT NULL, CONSTRAINT "implied_roles_differ" CHECK ("prior_role_id" <> "implied_role_id"), CONSTRAINT "PK_496ffab17d954c460268807674c" PRIMARY KEY ("prior_role_id", "implied_role_id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_70cbdc8a4322e969b0e4910faf" ON "implied_roles"  ("implied_role_id") `);
    await runner.query(
      `CREATE TABLE "roles" ("id" character varying(64) NOT NULL, "name" character varying(255) NOT NULL, "description" text, CONSTRAINT "UQ_648e3f5447f725579d7d4ffdfb7" UNIQUE ("name"), CONSTRAINT "PK_c1433d71a4838793a49dcad46ab" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE TABLE "minted_tokens" ("id" bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL, "sha256" character varying(64) NOT NULL, "jti" character varying(64) NOT NULL, "client_id" character varying(64) NOT NULL, "audience" character varying(64) NOT NULL, "subject" character varying(64) NOT NULL, "project_id" character varying(64), "lease_id" uuid, "actions" text array NOT NULL, "issued_at" TIMESTAMP WITH TIME ZONE NOT NULL, "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "UQ_a12613f0adf84467115d83732fe" UNIQUE ("sha256"), CONSTRAINT "PK_719dbd20b4ef6473fc48a42b46d" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_1d8015a6bb78dd83f8a9f16645" ON "minted_tokens"  ("issued_at") `);
    await runner.query(
      `CREATE TABLE "users" ("id" character varying(64) NOT NULL, "domain_id" character varying(64) NOT NULL, "name" character varying(255) NOT NULL, "enabled" boolean NOT NULL DEFAULT true, "email" character varying(255), "description" text, "default_project_id" character varying(64), "password_hash" character varying(255), "identity_provider_id" character varying(64), "protocol_id" character varying(64), CONSTRAINT "UQ_af8bda82c8420820b031f14a1c8" UNIQUE ("domain_id", "name"), CONSTRAINT "PK_a3ffb1c0c8416b9fc6f907b7433" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_b8eee2e6e7fc061821fd6b28b3" ON "users"  ("identity_provider_id") `);
    await runner.query(
      `ALTER TABLE "access_rules" ADD CONSTRAINT "FK_7b566bac9328db6b773637b30e2" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "application_credential_access_rules" ADD CONSTRAINT "FK_11742ec8a1a7e94cebe3d6ec98b" FOREIGN KEY ("application_credential_id") REFERENCES "application_credentials"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "application_credential_access_rules" ADD CONSTRAINT "FK_3c9036e819eac28eeb362136436" FOREIGN KEY ("access_rule_id") REFERENCES "access_rules"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "application_credential_roles" ADD CONSTRAINT "FK_24cbd110ec9d55570f92647f061" FOREIGN KEY ("application_credential_id") REFERENCES "application_credentials"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "application_credential_roles" ADD CONSTRAINT "FK_30e7c17c8c5d53a33ac7a8837cc" FOREIGN KEY ("role_id") REFERENCES "roles"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "application_credentials" ADD CONSTRAINT "FK_011b50fac7414878a392f8b644c" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "application_credentials" ADD CONSTRAINT "FK_b0d16f74689fa7cf6065430e6b1" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "endpoints" ADD CONSTRAINT "FK_2b4b9bf620643ca2d83404f579c" FOREIGN KEY ("service_id") REFERENCES "services"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "endpoints" ADD CONSTRAINT "FK_49f92911385b020044ad158bc7d" FOREIGN KEY ("region_id") REFERENCES "regions"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "regions" ADD CONSTRAINT "FK_26fd3475b73815de7715bd07194" FOREIGN KEY ("parent_region_id") REFERENCES "regions"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "identity_providers" ADD CONSTRAINT "FK_e366eb1b38505bea3f20f1cf394" FOREIGN KEY ("domain_id") REFERENCES "domains"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "federation_protocols" ADD CONSTRAINT "FK_8465a93c6596ecf9b5b013c0f47" FOREIGN KEY ("identity_provider_id") REFERENCES "identity_providers"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "federation_protocols" ADD CONSTRAINT "FK_227ad5bd79f6b9fe7b50b714555" FOREIGN KEY ("mapping_id") REFERENCES "mappings"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "identity_provider_remote_ids" ADD CONSTRAINT "FK_19f52bf119f27a8d6ce8000c558" FOREIGN KEY ("identity_provider_id") REFERENCES "identity_providers"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "saml_requests" ADD CONSTRAINT "FK_f1ced87ecd3ba0339748c6288e4" FOREIGN KEY ("identity_provider_id") REFERENCES "identity_providers"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "group_memberships" ADD CONSTRAINT "FK_e232a617b3bc2de2e13c0289d62" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "group_memberships" ADD CONSTRAINT "FK_cad344fe877fcee0ac7e065ed05" FOREIGN KEY ("group_id") REFERENCES "groups"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "groups" ADD CONSTRAINT "FK_a6cb40856cb045637c10eebff9d" FOREIGN KEY ("domain_id") REFERENCES "domains"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "projects" ADD CONSTRAINT "FK_a7cde8e233f714aad0d25266f5e" FOREIGN KEY ("domain_id") REFERENCES "domains"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "projects" ADD CONSTRAINT "FK_edbca3232e817e77f84de8c59fe" FOREIGN KEY ("parent_id") REFERENCES "projects"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "role_assignments" ADD CONSTRAINT "FK_a0268fc16c3777758f7683a4401" FOREIGN KEY ("role_id") REFERENCES "roles"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "role_assignments" ADD CONSTRAINT "FK_d91c8ac0c10fd8c6acdcc5ee946" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "role_assignments" ADD CONSTRAINT "FK_301b5d23ced71620f4b8cbc0f3c" FOREIGN KEY ("group_id") REFERENCES "groups"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "role_assignments" ADD CONSTRAINT "FK_c1eb2b0c50feb12766b5de9614c" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "role_assignments" ADD CONSTRAINT "FK_3a35ccd4d78e1f62a7bc7e13bf5" FOREIGN KEY ("domain_id") REFERENCES "domains"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "implied_roles" ADD CONSTRAINT "FK_f662eb036929b71fc5e6b994610" FOREIGN KEY ("prior_role_id") REFERENCES "roles"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "implied_roles" ADD CONSTRAINT "FK_70cbdc8a4322e969b0e4910faf4" FOREIGN KEY ("implied_role_id") REFERENCES "roles"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "users" ADD CONSTRAINT "FK_b07612fc9ab8c40bf34f0dcfe65" FOREIGN KEY ("domain_id") REFERENCES "domains"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "users" ADD CONSTRAINT "FK_b88cac4570b4f06dc194109f52b" FOREIGN KEY ("default_project_id") REFERENCES "projects"("id") ON DELETE SET NULL ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "users" ADD CONSTRAINT "FK_b8eee2e6e7fc061821fd6b28b38" FOREIGN KEY ("identity_provider_id") REFERENCES "identity_providers"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "users" DROP CONSTRAINT "FK_b8eee2e6e7fc061821fd6b28b38"`);
    await runner.query(`ALTER TABLE "users" DROP CONSTRAINT "FK_b88cac4570b4f06dc194109f52b"`);
    await runner.query(`ALTER TABLE "users" DROP CONSTRAINT "FK_b07612fc9ab8c40bf34f0dcfe65"`);
    await runner.query(`ALTER TABLE "implied_roles" DROP CONSTRAINT "FK_70cbdc8a4322e969b0e4910faf4"`);
    await runner.query(`ALTER TABLE "implied_roles" DROP CONSTRAINT "FK_f662eb036929b71fc5e6b994610"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "FK_3a35ccd4d78e1f62a7bc7e13bf5"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "FK_c1eb2b0c50feb12766b5de9614c"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "FK_301b5d23ced71620f4b8cbc0f3c"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "FK_d91c8ac0c10fd8c6acdcc5ee946"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "FK_a0268fc16c3777758f7683a4401"`);
    await runner.query(`ALTER TABLE "projects" DROP CONSTRAINT "FK_edbca3232e817e77f84de8c59fe"`);
    await runner.query(`ALTER TABLE "projects" DROP CONSTRAINT "FK_a7cde8e233f714aad0d25266f5e"`);
    await runner.query(`ALTER TABLE "groups" DROP CONSTRAINT "FK_a6cb40856cb045637c10eebff9d"`);
    await runner.query(`ALTER TABLE "group_memberships" DROP CONSTRAINT "FK_cad344fe877fcee0ac7e065ed05"`);
    await runner.query(`ALTER TABLE "group_memberships" DROP CONSTRAINT "FK_e232a617b3bc2de2e13c0289d62"`);
    await runner.query(`ALTER TABLE "saml_requests" DROP CONSTRAINT "FK_f1ced87ecd3ba0339748c6288e4"`);
    await runner.query(`ALTER TABLE "identity_provider_remote_ids" DROP CONSTRAINT "FK_19f52bf119f27a8d6ce8000c558"`);
    await runner.query(`ALTER TABLE "federation_protocols" DROP CONSTRAINT "FK_227ad5bd79f6b9fe7b50b714555"`);
    await runner.query(`ALTER TABLE "federation_protocols" DROP CONSTRAINT "FK_8465a93c6596ecf9b5b013c0f47"`);
    await runner.query(`ALTER TABLE "identity_providers" DROP CONSTRAINT "FK_e366eb1b38505bea3f20f1cf394"`);
    await runner.query(`ALTER TABLE "regions" DROP CONSTRAINT "FK_26fd3475b73815de7715bd07194"`);
    await runner.query(`ALTER TABLE "endpoints" DROP CONSTRAINT "FK_49f92911385b020044ad158bc7d"`);
    await runner.query(`ALTER TABLE "endpoints" DROP CONSTRAINT "FK_2b4b9bf620643ca2d83404f579c"`);
    await runner.query(`ALTER TABLE "application_credentials" DROP CONSTRAINT "FK_b0d16f74689fa7cf6065430e6b1"`);
    await runner.query(`ALTER TABLE "application_credentials" DROP CONSTRAINT "FK_011b50fac7414878a392f8b644c"`);
    await runner.query(`ALTER TABLE "application_credential_roles" DROP CONSTRAINT "FK_30e7c17c8c5d53a33ac7a8837cc"`);
    await runner.query(`ALTER TABLE "application_credential_roles" DROP CONSTRAINT "FK_24cbd110ec9d55570f92647f061"`);
    await runner.query(
      `ALTER TABLE "application_credential_access_rules" DROP CONSTRAINT "FK_3c9036e819eac28eeb362136436"`,
    );
    await runner.query(
      `ALTER TABLE "application_credential_access_rules" DROP CONSTRAINT "FK_11742ec8a1a7e94cebe3d6ec98b"`,
    );
    await runner.query(`ALTER TABLE "access_rules" DROP CONSTRAINT "FK_7b566bac9328db6b773637b30e2"`);
    await runner.query(`DROP INDEX "public"."IDX_b8eee2e6e7fc061821fd6b28b3"`);
    await runner.query(`DROP TABLE "users"`);
    await runner.query(`DROP INDEX "public"."IDX_1d8015a6bb78dd83f8a9f16645"`);
    await runner.query(`DROP TABLE "minted_tokens"`);
    await runner.query(`DROP TABLE "roles"`);
    await runner.query(`DROP INDEX "public"."IDX_70cbdc8a4322e969b0e4910faf"`);
    await runner.query(`DROP TABLE "implied_roles"`);
    await runner.query(`DROP INDEX "public"."IDX_8d1ce361c4adcc83a5c47dabbf"`);
    await runner.query(`DROP INDEX "public"."IDX_f2499bc0f8ace98d3f20cf0bbb"`);
    await runner.query(`DROP INDEX "public"."IDX_3a35ccd4d78e1f62a7bc7e13bf"`);
    await runner.query(`DROP INDEX "public"."IDX_c1eb2b0c50feb12766b5de9614"`);
    await runner.query(`DROP INDEX "public"."IDX_301b5d23ced71620f4b8cbc0f3"`);
    await runner.query(`DROP INDEX "public"."IDX_d91c8ac0c10fd8c6acdcc5ee94"`);
    await runner.query(`DROP TABLE "role_assignments"`);
    await runner.query(`DROP INDEX "public"."IDX_2893f83b076fe225077268cc11"`);
    await runner.query(`DROP INDEX "public"."IDX_c4557f00734332e650b2dd27c0"`);
    await runner.query(`DROP INDEX "public"."IDX_ac7cd3b6da06e509f0741a1f04"`);
    await runner.query(`DROP TABLE "revocations"`);
    await runner.query(`DROP INDEX "public"."IDX_edbca3232e817e77f84de8c59f"`);
    await runner.query(`DROP TABLE "projects"`);
    await runner.query(`DROP TABLE "groups"`);
    await runner.query(`DROP INDEX "public"."IDX_cad344fe877fcee0ac7e065ed0"`);
    await runner.query(`DROP TABLE "group_memberships"`);
    await runner.query(`DROP INDEX "public"."IDX_00e1993afee3131555a5685a38"`);
    await runner.query(`DROP INDEX "public"."IDX_f1ced87ecd3ba0339748c6288e"`);
    await runner.query(`DROP TABLE "saml_requests"`);
    await runner.query(`DROP INDEX "public"."IDX_bb40983116003d7161bdf04436"`);
    await runner.query(`DROP TABLE "saml_assertions"`);
    await runner.query(`DROP TABLE "mappings"`);
    await runner.query(`DROP INDEX "public"."IDX_19f52bf119f27a8d6ce8000c55"`);
    await runner.query(`DROP TABLE "identity_provider_remote_ids"`);
    await runner.query(`DROP INDEX "public"."IDX_227ad5bd79f6b9fe7b50b71455"`);
    await runner.query(`DROP TABLE "federation_protocols"`);
    await runner.query(`DROP INDEX "public"."IDX_e366eb1b38505bea3f20f1cf39"`);
    await runner.query(`DROP TABLE "identity_providers"`);
    await runner.query(`DROP TABLE "landlords"`);
    await runner.query(`DROP TABLE "enrolment_codes"`);
    await runner.query(`DROP TABLE "clients"`);
    await runner.query(`DROP INDEX "public"."IDX_ed9ae92c2d4f90a0b088929290"`);
    await runner.query(`DROP TABLE "client_assertions"`);
    await runner.query(`DROP TABLE "domains"`);
    await runner.query(`DROP INDEX "public"."IDX_9afa1e5a9fd5f40df42fb04fe0"`);
    await runner.query(`DROP TABLE "services"`);
    await runner.query(`DROP INDEX "public"."IDX_26fd3475b73815de7715bd0719"`);
    await runner.query(`DROP TABLE "regions"`);
    await runner.query(`DROP INDEX "public"."IDX_49f92911385b020044ad158bc7"`);
    await runner.query(`DROP INDEX "public"."IDX_2b4b9bf620643ca2d83404f579"`);
    await runner.query(`DROP TABLE "endpoints"`);
    await runner.query(`DROP INDEX "public"."IDX_b0d16f74689fa7cf6065430e6b"`);
    await runner.query(`DROP TABLE "application_credentials"`);
    await runner.query(`DROP INDEX "public"."IDX_30e7c17c8c5d53a33ac7a8837c"`);
    await runner.query(`DROP TABLE "application_credential_roles"`);
    await runner.query(`DROP INDEX "public"."IDX_3c9036e819eac28eeb36213643"`);
    await runner.query(`DROP TABLE "application_credential_access_rules"`);
    await runner.query(`DROP TABLE "access_rules"`);
  }
}
