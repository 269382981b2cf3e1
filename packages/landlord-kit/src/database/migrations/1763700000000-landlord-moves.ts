import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `ALTER TABLE landlord_enrolment ADD move_seq integer NOT NULL DEFAULT 0`,
  `ALTER TABLE landlord_enrolment ADD move_sha256 text`,
  `ALTER TABLE landlord_enrolment ADD former_endpoint text`,
  `ALTER TABLE landlord_enrolment ADD former_endpoint_until timestamptz`,
  `ALTER TABLE landlord_enrolment ADD port integer`,
  `CREATE TABLE landlord_move (
    id smallint NOT NULL,
    endpoint text,
    port integer,
    new_key boolean NOT NULL,
    asked_at timestamptz NOT NULL,
    key_thumbprint text,
    move text,
    consent text,
    outcome text,
    detail text,
    CONSTRAINT landlord_move_pk PRIMARY KEY (id),
    CONSTRAINT landlord_move_single CHECK (id = 1),
    CONSTRAINT landlord_move_outcome CHECK (outcome IN ('moved', 'refused'))
  )`,
];

const DOWN = [
  `DROP TABLE landlord_move`,
  `ALTER TABLE landlord_enrolment DROP COLUMN port`,
  `ALTER TABLE landlord_enrolment DROP COLUMN former_endpoint_until`,
  `ALTER TABLE landlord_enrolment DROP COLUMN former_endpoint`,
  `ALTER TABLE landlord_enrolment DROP COLUMN move_sha256`,
  `ALTER TABLE landlord_enrolment DROP COLUMN move_seq`,
];

/** A landlord moves to another endpoint or key while it runs. */
export class LandlordMoves1763700000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
