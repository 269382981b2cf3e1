import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Landlords that move to another endpoint or key by a document of their own. */
export class LandlordMoves1763683600000 implements MigrationInterface {
  name = 'LandlordMoves1763683600000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `ALTER TABLE "landlords" ADD "move_seq" integer NOT NULL DEFAULT 0`,
  `ALTER TABLE "landlords" ADD "move_sha256" text`,
  `ALTER TABLE "landlords" ADD "former_keys" jsonb NOT NULL DEFAULT '[]'`,
  `CREATE TABLE "landlord_moves" (
     "landlord_id" text NOT NULL, "seq" integer NOT NULL, "move" text NOT NULL, "consent" text,
     "sha256" text NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
     "applied_at" TIMESTAMP WITH TIME ZONE,
     CONSTRAINT "landlord_moves_pkey" PRIMARY KEY ("landlord_id", "seq"),
     CONSTRAINT "landlord_moves_sha256_key" UNIQUE ("sha256"),
     CONSTRAINT "landlord_moves_landlord_id_fkey" FOREIGN KEY ("landlord_id") REFERENCES "landlords" ("id"))`,
];

const DOWN = [
  `DROP TABLE "landlord_moves"`,
  `ALTER TABLE "landlords" DROP COLUMN "former_keys"`,
  `ALTER TABLE "landlords" DROP COLUMN "move_sha256"`,
  `ALTER TABLE "landlords" DROP COLUMN "move_seq"`,
];
