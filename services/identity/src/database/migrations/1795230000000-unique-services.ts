import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One service for each type and name; duplicates that concurrent registrations made are merged into one. */
export class UniqueServices1795230000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `UPDATE endpoints e SET service_id = kept.id
         FROM services s, (SELECT type, name, min(id) AS id FROM services GROUP BY type, name) kept
        WHERE e.service_id = s.id AND kept.type = s.type AND kept.name = s.name AND kept.id <> s.id`,
    );
    await runner.query(
      `DELETE FROM services s USING services k WHERE k.type = s.type AND k.name = s.name AND k.id < s.id`,
    );
    await runner.query(`ALTER TABLE "services" ADD CONSTRAINT "services_type_name" UNIQUE ("type", "name")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "services" DROP CONSTRAINT "services_type_name"`);
  }
}
