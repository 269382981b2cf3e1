import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = [
  `CREATE TABLE "networks" (
    "id" uuid NOT NULL, "realm" character varying(8) NOT NULL, "project_id" character varying(64) NOT NULL,
    "subnet" character varying(18) NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT "UQ_networks_subnet" UNIQUE ("subnet"), CONSTRAINT "PK_networks" PRIMARY KEY ("id"))`,
  `CREATE UNIQUE INDEX "networks_owner" ON "networks" ("realm", "project_id")`,
  `CREATE TABLE "servers" (
    "id" uuid NOT NULL, "realm" character varying(8) NOT NULL, "project_id" character varying(64) NOT NULL,
    "user_id" character varying(64) NOT NULL, "lease_id" uuid, "name" character varying(255) NOT NULL,
    "description" character varying(255), "image_id" uuid NOT NULL, "flavor_id" character varying(64) NOT NULL,
    "vm_state" character varying(16) NOT NULL, "task_state" character varying(24), "fault" jsonb,
    "key_name" character varying(255), "public_keys" jsonb NOT NULL, "user_data" text,
    "hostname" character varying(255) NOT NULL, "metadata" jsonb NOT NULL, "tags" jsonb NOT NULL,
    "access_ipv4" character varying(15) NOT NULL, "access_ipv6" character varying(45) NOT NULL,
    "disk_config" character varying(8) NOT NULL, "config_drive" boolean NOT NULL, "network_id" uuid,
    "address" character varying(15), "mac" character varying(17), "engine_id" character varying(64),
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL, "updated_at" TIMESTAMP WITH TIME ZONE NOT NULL,
    "launched_at" TIMESTAMP WITH TIME ZONE,
    CONSTRAINT "UQ_servers_lease" UNIQUE ("lease_id"), CONSTRAINT "PK_servers" PRIMARY KEY ("id"))`,
  `CREATE INDEX "servers_owner" ON "servers" ("realm", "project_id", "created_at", "id")`,
  `CREATE UNIQUE INDEX "servers_address" ON "servers" ("network_id", "address")`,
  `CREATE TABLE "server_actions" (
    "id" bigint GENERATED ALWAYS AS IDENTITY NOT NULL, "server_id" uuid NOT NULL, "action" character varying(32) NOT NULL,
    "request_id" character varying(64) NOT NULL, "user_id" character varying(64) NOT NULL,
    "project_id" character varying(64) NOT NULL, "message" character varying(255),
    "started_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_server_actions" PRIMARY KEY ("id"))`,
  `CREATE INDEX "server_actions_server" ON "server_actions" ("server_id", "id")`,
  `CREATE TABLE "server_boots" (
    "lease_id" uuid NOT NULL, "public_keys" jsonb NOT NULL, "user_data" text, "hostname" character varying(255),
    CONSTRAINT "PK_server_boots" PRIMARY KEY ("lease_id"))`,
  `CREATE TABLE "keypairs" (
    "realm" character varying(8) NOT NULL, "user_id" character varying(64) NOT NULL, "name" character varying(255) NOT NULL,
    "public_key" text NOT NULL, "fingerprint" character varying(64) NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT "PK_keypairs" PRIMARY KEY ("realm", "user_id", "name"))`,
  `CREATE TABLE "images" (
    "id" uuid NOT NULL, "realm" character varying(8) NOT NULL, "project_id" character varying(64) NOT NULL,
    "name" character varying(255), "visibility" character varying(16) NOT NULL, "status" character varying(16) NOT NULL,
    "is_protected" boolean NOT NULL, "os_hidden" boolean NOT NULL, "container_format" character varying(16),
    "disk_format" character varying(16), "min_ram" integer NOT NULL, "min_disk" integer NOT NULL, "tags" jsonb NOT NULL,
    "properties" jsonb NOT NULL, "size" bigint, "virtual_size" bigint, "md5" character(32), "sha512" character(128),
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL, "updated_at" TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT "PK_images" PRIMARY KEY ("id"))`,
  `CREATE INDEX "images_owner" ON "images" ("realm", "project_id")`,
  `CREATE TABLE "image_members" (
    "image_id" uuid NOT NULL, "project_id" character varying(64) NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT "PK_image_members" PRIMARY KEY ("image_id", "project_id"))`,
  `CREATE TABLE "volume_attachments" (
    "id" uuid NOT NULL, "server_id" uuid NOT NULL, "volume_id" uuid NOT NULL, "mode" character varying(2) NOT NULL,
    "device" character varying(16) NOT NULL, "state" character varying(16) NOT NULL, "error" character varying(255),
    "grant" text NOT NULL, "storage_id" character varying(64) NOT NULL, "storage_endpoint" character varying(256) NOT NULL,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_volume_attachments" PRIMARY KEY ("id"))`,
  `CREATE UNIQUE INDEX "volume_attachments_device" ON "volume_attachments" ("server_id", "device")`,
  `CREATE UNIQUE INDEX "volume_attachments_volume" ON "volume_attachments" ("server_id", "volume_id")`,
] as const;

export class CreateCompute1763683200001 implements MigrationInterface {
  name = 'CreateCompute1763683200001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    const tables = ['volume_attachments', 'image_members', 'images', 'keypairs', 'server_boots', 'server_actions'];
    for (const table of [...tables, 'servers', 'networks']) await runner.query(`DROP TABLE "${table}"`);
  }
}
