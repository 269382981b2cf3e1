import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Landlords that move to another address or key by a document of their own. */
export class LandlordMoves1795370000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "landlords" ADD "move_seq" integer NOT NULL DEFAULT '0'`);
    await runner.query(`ALTER TABLE "landlords" ADD "move_sha256" character varying(64)`);
    await runner.query(`ALTER TABLE "landlords" ADD "former_keys" jsonb NOT NULL DEFAULT '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "landlords" DROP COLUMN "former_keys"`);
    await runner.query(`ALTER TABLE "landlords" DROP COLUMN "move_sha256"`);
    await runner.query(`ALTER TABLE "landlords" DROP COLUMN "move_seq"`);
  }
}
