import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What Keystone keeps beyond the first clients' needs, as the entities describe it. */
export class KeystoneResources1795310000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "UQ_fd56c67845620b2a3d81e8838fd"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "UQ_58f265afa9dca23a01d84dda9cb"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "UQ_df09c09c70608535fd691c0fe45"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "UQ_2dc0ca26fa7b130c480fc0c05d9"`);
    await runner.query(
      `CREATE TABLE "domain_config_options" ("domain_id" character varying(64) NOT NULL, "option_group" character varying(255) NOT NULL, "option" character varying(255) NOT NULL, "value" text NOT NULL, CONSTRAINT "PK_d3df1e764978ba6e2fb4448b414" PRIMARY KEY ("domain_id", "option_group", "option"))`,
    );
    await runner.query(
      `CREATE TABLE "endpoint_groups" ("id" character varying(64) NOT NULL, "name" character varying(255) NOT NULL, "description" text, "filters" jsonb NOT NULL, CONSTRAINT "PK_0d808b94f3170b4beed4b9abe95" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE TABLE "project_endpoint_groups" ("project_id" character varying(64) NOT NULL, "endpoint_group_id" character varying(64) NOT NULL, CONSTRAINT "PK_483199eb3974d8e11b9814a1559" PRIMARY KEY ("project_id", "endpoint_group_id"))`,
    );
    await runner.query(
      `CREATE INDEX "IDX_372fe35b5a39842a63b134d678" ON "project_endpoint_groups"  ("endpoint_group_id") `,
    );
    await runner.query(
      `CREATE TABLE "project_endpoints" ("project_id" character varying(64) NOT NULL, "endpoint_id" character varying(64) NOT NULL, CONSTRAINT "PK_7bc40aa526d744a6382ff49fd86" PRIMARY KEY ("project_id", "endpoint_id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_07b9981ecbb92bc424a09f7b5c" ON "project_endpoints"  ("endpoint_id") `);
    await runner.query(
      `CREATE TABLE "limits" ("id" character varying(64) NOT NULL, "registered_limit_id" character varying(64) NOT NULL, "project_id" character varying(64), "domain_id" character varying(64), "resource_limit" integer NOT NULL, "description" text, CONSTRAINT "UQ_0888292ec8b09ebd33d2d28159c" UNIQUE ("registered_limit_id", "domain_id"), CONSTRAINT "UQ_2d8f3a57ca88ea62568fc2b6cc0" UNIQUE ("registered_limit_id", "project_id"), CONSTRAINT "limits_one_owner" CHECK (num_nonnulls("project_id", "domain_id") = 1), CONSTRAINT "PK_5735b3428b0889ce4fa5ae7db89" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_35b041e9202f2a646e9829c759" ON "limits"  ("project_id") `);
    await runner.query(`CREATE INDEX "IDX_90f4023eeb2b1cd08e2e2b365d" ON "limits"  ("domain_id") `);
    await runner.query(
      `CREATE TABLE "registered_limits" ("id" character varying(64) NOT NULL, "service_id" character varying(64) NOT NULL, "region_id" character varying(255), "resource_name" character varying(255) NOT NULL, "default_limit" integer NOT NULL, "description" text, CONSTRAINT "PK_eb956d7708914e051e52e8ecf4b" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_e7c07d21b34c41e19c3f02b5a6" ON "registered_limits"  ("region_id") `);
    await runner.query(
      `CREATE UNIQUE INDEX "registered_limits_anywhere" ON "registered_limits"  ("service_id", "resource_name") WHERE "region_id" IS NULL`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "registered_limits_resource" ON "registered_limits"  ("service_id", "region_id", "resource_name") `,
    );
    await runner.query(
      `CREATE TABLE "policies" ("id" character varying(64) NOT NULL, "blob" text NOT NULL, "type" character varying(255) NOT NULL, CONSTRAINT "PK_603e09f183df0108d8695c57e28" PRIMARY KEY ("id"))`,
    );
    await runner.query(`ALTER TABLE "role_assignments" ADD "inherited" boolean NOT NULL DEFAULT false`);
    await runner.query(`ALTER TABLE "roles" ADD "domain_id" character varying(64)`);
    await runner.query(`ALTER TABLE "users" ADD "extra" jsonb NOT NULL DEFAULT '{}'`);
    await runner.query(`ALTER TABLE "roles" DROP CONSTRAINT "UQ_648e3f5447f725579d7d4ffdfb7"`);
    await runner.query(`CREATE UNIQUE INDEX "roles_domain_name" ON "roles"  ("domain_id", "name") `);
    await runner.query(`CREATE UNIQUE INDEX "roles_global_name" ON "roles"  ("name") WHERE "domain_id" IS NULL`);
    await runner.query(
      `ALTER TABLE "role_assignments" ADD CONSTRAINT "role_assignments_system_not_inherited" CHECK (NOT ("system" AND "inherited"))`,
    );
    await runner.query(
      `ALTER TABLE "role_assignments" ADD CONSTRAINT "UQ_094398c6f1bd34fb20d568932a0" UNIQUE ("role_id", "group_id", "domain_id", "inherited")`,
    );
    await runner.query(
      `ALTER TABLE "role_assignments" ADD CONSTRAINT "UQ_0f4d91bb9ecd4032acc914eccc0" UNIQUE ("role_id", "group_id", "project_id", "inherited")`,
    );
    await runner.query(
      `ALTER TABLE "role_assignments" ADD CONSTRAINT "UQ_5e5aaaad8d388ed724dbbd5237d" UNIQUE ("role_id", "user_id", "domain_id", "inherited")`,
    );
    await runner.query(
      `ALTER TABLE "role_assignments" ADD CONSTRAINT "UQ_1503c1fd9860c619a75a6bae409" UNIQUE ("role_id", "user_id", "project_id", "inherited")`,
    );
    await runner.query(
      `ALTER TABLE "domain_config_options" ADD CONSTRAINT "FK_e81cb05027c50853c148f84e010" FOREIGN KEY ("domain_id") REFERENCES "domains"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "project_endpoint_groups" ADD CONSTRAINT "FK_476e1d331b62e5d138ae78e72d2" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "project_endpoint_groups" ADD CONSTRAINT "FK_372fe35b5a39842a63b134d6787" FOREIGN KEY ("endpoint_group_id") REFERENCES "endpoint_groups"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "project_endpoints" ADD CONSTRAINT "FK_2b72fc1417147a272be3ee9c9eb" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "project_endpoints" ADD CONSTRAINT "FK_07b9981ecbb92bc424a09f7b5c0" FOREIGN KEY ("endpoint_id") REFERENCES "endpoints"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "limits" ADD CONSTRAINT "FK_dc5ecbd279f44d37f65b057e2a7" FOREIGN KEY ("registered_limit_id") REFERENCES "registered_limits"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "limits" ADD CONSTRAINT "FK_35b041e9202f2a646e9829c7595" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "limits" ADD CONSTRAINT "FK_90f4023eeb2b1cd08e2e2b365db" FOREIGN KEY ("domain_id") REFERENCES "domains"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "registered_limits" ADD CONSTRAINT "FK_cbf430314fa144b676d7490b277" FOREIGN KEY ("service_id") REFERENCES "services"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "registered_limits" ADD CONSTRAINT "FK_e7c07d21b34c41e19c3f02b5a6c" FOREIGN KEY ("region_id") REFERENCES "regions"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "roles" ADD CONSTRAINT "FK_b2aef658765c9b59c454d561772" FOREIGN KEY ("domain_id") REFERENCES "domains"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "roles" DROP CONSTRAINT "FK_b2aef658765c9b59c454d561772"`);
    await runner.query(`ALTER TABLE "registered_limits" DROP CONSTRAINT "FK_e7c07d21b34c41e19c3f02b5a6c"`);
    await runner.query(`ALTER TABLE "registered_limits" DROP CONSTRAINT "FK_cbf430314fa144b676d7490b277"`);
    await runner.query(`ALTER TABLE "limits" DROP CONSTRAINT "FK_90f4023eeb2b1cd08e2e2b365db"`);
    await runner.query(`ALTER TABLE "limits" DROP CONSTRAINT "FK_35b041e9202f2a646e9829c7595"`);
    await runner.query(`ALTER TABLE "limits" DROP CONSTRAINT "FK_dc5ecbd279f44d37f65b057e2a7"`);
    await runner.query(`ALTER TABLE "project_endpoints" DROP CONSTRAINT "FK_07b9981ecbb92bc424a09f7b5c0"`);
    await runner.query(`ALTER TABLE "project_endpoints" DROP CONSTRAINT "FK_2b72fc1417147a272be3ee9c9eb"`);
    await runner.query(`ALTER TABLE "project_endpoint_groups" DROP CONSTRAINT "FK_372fe35b5a39842a63b134d6787"`);
    await runner.query(`ALTER TABLE "project_endpoint_groups" DROP CONSTRAINT "FK_476e1d331b62e5d138ae78e72d2"`);
    await runner.query(`ALTER TABLE "domain_config_options" DROP CONSTRAINT "FK_e81cb05027c50853c148f84e010"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "UQ_1503c1fd9860c619a75a6bae409"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "UQ_5e5aaaad8d388ed724dbbd5237d"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "UQ_0f4d91bb9ecd4032acc914eccc0"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "UQ_094398c6f1bd34fb20d568932a0"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "role_assignments_system_not_inherited"`);
    await runner.query(`DROP INDEX "public"."roles_global_name"`);
    await runner.query(`DROP INDEX "public"."roles_domain_name"`);
    await runner.query(`ALTER TABLE "roles" ADD CONSTRAINT "UQ_648e3f5447f725579d7d4ffdfb7" UNIQUE ("name")`);
    await runner.query(`ALTER TABLE "users" DROP COLUMN "extra"`);
    await runner.query(`ALTER TABLE "roles" DROP COLUMN "domain_id"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP COLUMN "inherited"`);
    await runner.query(`DROP TABLE "policies"`);
    await runner.query(`DROP INDEX "public"."registered_limits_resource"`);
    await runner.query(`DROP INDEX "public"."registered_limits_anywhere"`);
    await runner.query(`DROP INDEX "public"."IDX_e7c07d21b34c41e19c3f02b5a6"`);
    await runner.query(`DROP TABLE "registered_limits"`);
    await runner.query(`DROP INDEX "public"."IDX_90f4023eeb2b1cd08e2e2b365d"`);
    await runner.query(`DROP INDEX "public"."IDX_35b041e9202f2a646e9829c759"`);
    await runner.query(`DROP TABLE "limits"`);
    await runner.query(`DROP INDEX "public"."IDX_07b9981ecbb92bc424a09f7b5c"`);
    await runner.query(`DROP TABLE "project_endpoints"`);
    await runner.query(`DROP INDEX "public"."IDX_372fe35b5a39842a63b134d678"`);
    await runner.query(`DROP TABLE "project_endpoint_groups"`);
    await runner.query(`DROP TABLE "endpoint_groups"`);
    await runner.query(`DROP TABLE "domain_config_options"`);
    await runner.query(
      `ALTER TABLE "role_assignments" ADD CONSTRAINT "UQ_2dc0ca26fa7b130c480fc0c05d9" UNIQUE ("role_id", "user_id", "project_id")`,
    );
    await runner.query(
      `ALTER TABLE "role_assignments" ADD CONSTRAINT "UQ_df09c09c70608535fd691c0fe45" UNIQUE ("role_id", "user_id", "domain_id")`,
    );
    await runner.query(
      `ALTER TABLE "role_assignments" ADD CONSTRAINT "UQ_58f265afa9dca23a01d84dda9cb" UNIQUE ("role_id", "group_id", "project_id")`,
    );
    await runner.query(
      `ALTER TABLE "role_assignments" ADD CONSTRAINT "UQ_fd56c67845620b2a3d81e8838fd" UNIQUE ("role_id", "group_id", "domain_id")`,
    );
  }
}
