import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  `CREATE TABLE "images" ("id" uuid NOT NULL, "realm" character varying(8) NOT NULL, "project_id" character
    varying(64) NOT NULL, "name" character varying(255), "visibility" character varying(16) NOT NULL, "status"
    character varying(16) NOT NULL, "is_protected" boolean NOT NULL, "os_hidden" boolean NOT NULL,
    "container_format" character varying(16), "disk_format" character varying(16), "min_ram" integer NOT NULL,
    "min_disk" integer NOT NULL, "tags" jsonb NOT NULL, "properties" jsonb NOT NULL, "size" bigint, "virtual_size"
    bigint, "md5" character(32), "sha512" character(128), "created_at" TIMESTAMP WITH TIME ZONE NOT NULL,
    "updated_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_1fe148074c6a1a91b63cb9ee3c9" PRIMARY KEY ("id"))`,
  `CREATE INDEX "images_owner" ON "images" ("realm", "project_id")`,
  `CREATE TABLE "image_members" ("image_id" uuid NOT NULL, "project_id" character varying(64) NOT NULL,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_4052d54bb2d25befc3d446d5c43" PRIMARY KEY
    ("image_id", "project_id"))`,
  `CREATE TABLE "keypairs" ("realm" character varying(8) NOT NULL, "user_id" character varying(64) NOT NULL, "name"
    character varying(255) NOT NULL, "public_key" text NOT NULL, "fingerprint" character varying(64) NOT NULL,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_8503deba2e5d274be6ab12b13ff" PRIMARY KEY
    ("realm", "user_id", "name"))`,
  `CREATE TABLE "networks" ("id" uuid NOT NULL, "realm" character varying(8) NOT NULL, "project_id" character
    varying(64) NOT NULL, "subnet" character varying(18) NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT "UQ_4cb8afc742bbfdb0a7db5da3642" UNIQUE ("subnet"), CONSTRAINT "PK_61b1ee921bf79550d9d4742b9f7"
    PRIMARY KEY ("id"))`,
  `CREATE UNIQUE INDEX "networks_owner" ON "networks" ("realm", "project_id")`,
  `CREATE TABLE "server_actions" ("id" bigint GENERATED ALWAYS AS IDENTITY NOT NULL, "server_id" uuid NOT NULL,
    "action" character varying(32) NOT NULL, "request_id" character varying(64) NOT NULL, "user_id" character
    varying(64) NOT NULL, "project_id" character varying(64) NOT NULL, "message" character varying(255),
    "started_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_84d81f92b30fcef1d6145268778" PRIMARY KEY ("id"))`,
  `CREATE INDEX "server_actions_server" ON "server_actions" ("server_id", "id")`,
  `CREATE TABLE "server_boots" ("lease_id" uuid NOT NULL, "public_keys" jsonb NOT NULL, "user_data" text,
    "hostname" character varying(255), CONSTRAINT "PK_9fb8d617ba36c9be59f5acc48bd" PRIMARY KEY ("lease_id"))`,
  `CREATE TABLE "servers" ("id" uuid NOT NULL, "realm" character varying(8) NOT NULL, "project_id" character
    varying(64) NOT NULL, "user_id" character varying(64) NOT NULL, "lease_id" uuid, "name" character varying(255)
    NOT NULL, "description" character varying(255), "image_id" uuid NOT NULL, "flavor_id" character varying(64) NOT
    NULL, "vm_state" character varying(16) NOT NULL, "task_state" character varying(24), "fault" jsonb, "key_name"
    character varying(255), "public_keys" jsonb NOT NULL, "user_data" text, "hostname" character varying(255) NOT
    NULL, "metadata" jsonb NOT NULL, "tags" jsonb NOT NULL, "access_ipv4" character varying(15) NOT NULL,
    "access_ipv6" character varying(45) NOT NULL, "disk_config" character varying(8) NOT NULL, "config_drive"
    boolean NOT NULL, "network_id" uuid, "address" character varying(15), "mac" character varying(17), "engine_id"
    character varying(64), "created_at" TIMESTAMP WITH TIME ZONE NOT NULL, "updated_at" TIMESTAMP WITH TIME ZONE NOT
    NULL, "launched_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "UQ_41f7c08b4e8d47af86f60d66cde" UNIQUE ("lease_id"),
    CONSTRAINT "PK_c0947efd9f3db2dcc010164d20b" PRIMARY KEY ("id"))`,
  `CREATE UNIQUE INDEX "servers_address" ON "servers" ("network_id", "address")`,
  `CREATE INDEX "servers_owner" ON "servers" ("realm", "project_id", "created_at", "id")`,
  `CREATE TABLE "volume_attachments" ("id" uuid NOT NULL, "server_id" uuid NOT NULL, "volume_id" uuid NOT NULL,
    "mode" character varying(2) NOT NULL, "device" character varying(16) NOT NULL, "state" character varying(16) NOT
    NULL, "error" character varying(255), "grant" text NOT NULL, "storage_id" character varying(64) NOT NULL,
    "storage_endpoint" character varying(256) NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT
    "PK_98022a3c1bc0c2018e3d2d729b4" PRIMARY KEY ("id"))`,
  `CREATE UNIQUE INDEX "volume_attachments_volume" ON "volume_attachments" ("server_id", "volume_id")`,
  `CREATE UNIQUE INDEX "volume_attachments_device" ON "volume_attachments" ("server_id", "device")`,
  `ALTER TABLE "image_members" ADD CONSTRAINT "FK_0367d26836d7b48565a3835b18c" FOREIGN KEY ("image_id") REFERENCES
    "images"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "server_actions" ADD CONSTRAINT "FK_dd8bc541ff3b3cc2f0f87553a10" FOREIGN KEY ("server_id")
    REFERENCES "servers"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE "servers" ADD CONSTRAINT "FK_7f7d436e927144ef0eae58685b8" FOREIGN KEY ("network_id") REFERENCES
    "networks"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
  `ALTER TABLE "volume_attachments" ADD CONSTRAINT "FK_fc5cfb72e2d5d6a47321167bb2a" FOREIGN KEY ("server_id")
    REFERENCES "servers"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
];

const TABLES = [
  'volume_attachments',
  'image_members',
  'images',
  'keypairs',
  'server_boots',
  'server_actions',
  'servers',
  'networks',
];

export class CreateCompute1763683200001 implements MigrationInterface {
  name = 'CreateCompute1763683200001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`DROP TABLE "${table}"`);
  }
}
