import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The index of leased resources, quota reservations, attachments, key pairs and images. */
export class CreateProxyTables1763683300000 implements MigrationInterface {
  name = 'CreateProxyTables1763683300000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`DROP TABLE "${table}"`);
  }
}

const TABLES = [
  'image_placements',
  'image_members',
  'images',
  'keypairs',
  'volume_attachments',
  'quota_reservations',
  'object_default_landlords',
  'inventory_containers',
  'inventory_resources',
];

const UP = [
  `CREATE TABLE "inventory_resources" (
     "type" text NOT NULL, "id" uuid NOT NULL, "lease_id" uuid NOT NULL, "landlord_id" text NOT NULL,
     "project_id" text NOT NULL, "user_id" text NOT NULL, "product_id" text NOT NULL, "quantity" integer NOT NULL,
     "name" text NOT NULL, "status" text NOT NULL, "key_name" text, "reservation_id" uuid,
     "created_at" TIMESTAMP WITH TIME ZONE NOT NULL, "updated_at" TIMESTAMP WITH TIME ZONE NOT NULL, "last_view" jsonb,
     CONSTRAINT "inventory_resources_type" CHECK (type IN ('server', 'volume')),
     CONSTRAINT "inventory_resources_pkey" PRIMARY KEY ("type", "id"))`,
  `CREATE INDEX "inventory_resources_project" ON "inventory_resources" ("type", "project_id", "landlord_id")`,
  `CREATE UNIQUE INDEX "inventory_resources_lease" ON "inventory_resources" ("lease_id")`,
  `CREATE TABLE "inventory_containers" (
     "project_id" text NOT NULL, "name" text COLLATE "C" NOT NULL, "landlord_id" text NOT NULL, "lease_id" uuid NOT NULL,
     "claim_id" uuid NOT NULL, "policy" text NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL,
     CONSTRAINT "inventory_containers_pkey" PRIMARY KEY ("project_id", "name"))`,
  `CREATE INDEX "inventory_containers_lease" ON "inventory_containers" ("lease_id")`,
  `CREATE TABLE "object_default_landlords" (
     "project_id" text NOT NULL, "landlord_id" text NOT NULL, "lease_id" uuid NOT NULL,
     CONSTRAINT "object_default_landlords_pkey" PRIMARY KEY ("project_id"))`,
  `CREATE TABLE "quota_reservations" (
     "id" uuid NOT NULL, "project_id" text NOT NULL, "type" text NOT NULL, "product_id" text NOT NULL,
     "quantity" integer NOT NULL, "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL,
     CONSTRAINT "quota_reservations_pkey" PRIMARY KEY ("id"))`,
  `CREATE INDEX "quota_reservations_project" ON "quota_reservations" ("project_id")`,
  `CREATE TABLE "volume_attachments" (
     "id" uuid NOT NULL, "volume_id" uuid NOT NULL, "server_id" uuid NOT NULL, "project_id" text NOT NULL,
     "volume_lease_id" uuid NOT NULL, "server_lease_id" uuid NOT NULL, "storage_landlord_id" text NOT NULL,
     "compute_landlord_id" text NOT NULL, "state" text NOT NULL, "device" text, "tag" text,
     "created_at" TIMESTAMP WITH TIME ZONE NOT NULL,
     CONSTRAINT "volume_attachments_state" CHECK (state IN ('reserving', 'attaching', 'attached', 'detaching', 'error')),
     CONSTRAINT "volume_attachments_pkey" PRIMARY KEY ("id"))`,
  `CREATE UNIQUE INDEX "volume_attachments_volume" ON "volume_attachments" ("volume_id")`,
  `CREATE INDEX "volume_attachments_server" ON "volume_attachments" ("server_id")`,
  `CREATE TABLE "keypairs" (
     "user_id" text NOT NULL, "name" text COLLATE "C" NOT NULL, "number" SERIAL NOT NULL, "type" text NOT NULL,
     "public_key" text NOT NULL, "fingerprint" text NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL,
     CONSTRAINT "keypairs_pkey" PRIMARY KEY ("user_id", "name"))`,
  `CREATE UNIQUE INDEX "keypairs_number" ON "keypairs" ("number")`,
  `CREATE TABLE "images" (
     "id" uuid NOT NULL, "owner" text NOT NULL, "name" text, "status" text NOT NULL, "visibility" text NOT NULL,
     "protected" boolean NOT NULL, "hidden" boolean NOT NULL, "container_format" text, "disk_format" text,
     "min_ram" integer NOT NULL, "min_disk" integer NOT NULL, "tags" text array NOT NULL, "properties" jsonb NOT NULL,
     "size" bigint, "md5" text, "sha512" text, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL,
     "updated_at" TIMESTAMP WITH TIME ZONE NOT NULL,
     CONSTRAINT "images_active_has_content"
       CHECK (status <> 'active' OR (size IS NOT NULL AND sha512 IS NOT NULL AND md5 IS NOT NULL)),
     CONSTRAINT "images_pkey" PRIMARY KEY ("id"))`,
  `CREATE INDEX "images_owner" ON "images" ("owner")`,
  `CREATE TABLE "image_members" (
     "image_id" uuid NOT NULL, "project_id" text NOT NULL, "status" text NOT NULL,
     "created_at" TIMESTAMP WITH TIME ZONE NOT NULL, "updated_at" TIMESTAMP WITH TIME ZONE NOT NULL,
     CONSTRAINT "image_members_status" CHECK (status IN ('pending', 'accepted', 'rejected')),
     CONSTRAINT "image_members_pkey" PRIMARY KEY ("image_id", "project_id"))`,
  `CREATE INDEX "image_members_project" ON "image_members" ("project_id")`,
  `CREATE TABLE "image_placements" (
     "image_id" uuid NOT NULL, "landlord_id" text NOT NULL, "placed_at" TIMESTAMP WITH TIME ZONE NOT NULL,
     CONSTRAINT "image_placements_pkey" PRIMARY KEY ("image_id", "landlord_id"))`,
];
