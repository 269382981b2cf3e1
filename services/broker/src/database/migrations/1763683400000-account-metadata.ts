import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an account says of itself, what was last known of a container, and no state that no attachment is ever in. */
export class AccountMetadata1763683400000 implements MigrationInterface {
  name = 'AccountMetadata1763683400000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `CREATE TABLE "object_account_metadata" (
     "project_id" text NOT NULL, "name" text COLLATE "C" NOT NULL, "value" text NOT NULL,
     CONSTRAINT "object_account_metadata_pkey" PRIMARY KEY ("project_id", "name"))`,
  `ALTER TABLE "inventory_containers" ADD "object_count" bigint NOT NULL DEFAULT 0`,
  `ALTER TABLE "inventory_containers" ADD "bytes_used" bigint NOT NULL DEFAULT 0`,
  `ALTER TABLE "volume_attachments" DROP CONSTRAINT "volume_attachments_state"`,
  `ALTER TABLE "volume_attachments" ADD CONSTRAINT "volume_attachments_state"
     CHECK (state IN ('reserving', 'attaching', 'attached', 'detaching'))`,
];

const DOWN = [
  `ALTER TABLE "volume_attachments" DROP CONSTRAINT "volume_attachments_state"`,
  `ALTER TABLE "volume_attachments" ADD CONSTRAINT "volume_attachments_state"
     CHECK (state IN ('reserving', 'attaching', 'attached', 'detaching', 'error'))`,
  `ALTER TABLE "inventory_containers" DROP COLUMN "bytes_used"`,
  `ALTER TABLE "inventory_containers" DROP COLUMN "object_count"`,
  `DROP TABLE "object_account_metadata"`,
];
