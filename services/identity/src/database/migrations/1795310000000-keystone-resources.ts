import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What Keystone keeps beyond the first clients' needs, as the entities describe it. */
export class KeystoneResources1795310000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "UQ_fd56c67845620b2a3d81e8838fd"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "UQ_58f265afa9dca23a01d84dda9cb"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "UQ_df09c09c70608535fd691c0fe45"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "UQ_2dc0ca26fa7b130c480fc0c05d9"`);
    await runner.query(`ALTER TABLE "role_assignments" ADD "inherited" boolean NOT NULL DEFAULT false`);
    await runner.query(`ALTER TABLE "roles" ADD "domain_id" character varying(64)`);
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
      `ALTER TABLE "roles" ADD CONSTRAINT "FK_b2aef658765c9b59c454d561772" FOREIGN KEY ("domain_id") REFERENCES "domains"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "roles" DROP CONSTRAINT "FK_b2aef658765c9b59c454d561772"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "UQ_1503c1fd9860c619a75a6bae409"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "UQ_5e5aaaad8d388ed724dbbd5237d"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "UQ_0f4d91bb9ecd4032acc914eccc0"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "UQ_094398c6f1bd34fb20d568932a0"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP CONSTRAINT "role_assignments_system_not_inherited"`);
    await runner.query(`DROP INDEX "public"."roles_global_name"`);
    await runner.query(`DROP INDEX "public"."roles_domain_name"`);
    await runner.query(`ALTER TABLE "roles" ADD CONSTRAINT "UQ_648e3f5447f725579d7d4ffdfb7" UNIQUE ("name")`);
    await runner.query(`ALTER TABLE "roles" DROP COLUMN "domain_id"`);
    await runner.query(`ALTER TABLE "role_assignments" DROP COLUMN "inherited"`);
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
