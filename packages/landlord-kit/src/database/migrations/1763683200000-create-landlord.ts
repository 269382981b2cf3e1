import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE landlord_enrolment (
    id smallint NOT NULL,
    landlord_id text NOT NULL,
    exchange text NOT NULL,
    issuer text NOT NULL,
    identity_url text NOT NULL,
    exchange_jwk jsonb NOT NULL,
    key_thumbprint text NOT NULL,
    endpoint text NOT NULL,
    enrolled_at timestamptz NOT NULL,
    CONSTRAINT landlord_enrolment_pk PRIMARY KEY (id),
    CONSTRAINT landlord_enrolment_single CHECK (id = 1)
  )`,
  `CREATE TABLE landlord_offer (
    id uuid NOT NULL,
    product_type text NOT NULL,
    product_id text NOT NULL,
    version integer NOT NULL,
    terms jsonb NOT NULL,
    withdrawn boolean NOT NULL,
    CONSTRAINT landlord_offer_pk PRIMARY KEY (id),
    CONSTRAINT landlord_offer_product UNIQUE (product_type, product_id),
    CONSTRAINT landlord_offer_version CHECK (version > 0)
  )`,
  `CREATE TABLE landlord_capacity (
    unit text NOT NULL,
    total bigint NOT NULL,
    used bigint NOT NULL,
    CONSTRAINT landlord_capacity_pk PRIMARY KEY (unit),
    CONSTRAINT landlord_capacity_total CHECK (total >= 0),
    CONSTRAINT landlord_capacity_used CHECK (used >= 0)
  )`,
  `CREATE TABLE landlord_lease (
    id uuid NOT NULL,
    project_id text NOT NULL,
    project_domain_id text NOT NULL,
    user_id text NOT NULL,
    product_type text NOT NULL,
    product_id text NOT NULL,
    resource_type text NOT NULL,
    resource_id text NOT NULL,
    quantity bigint NOT NULL,
    claimed jsonb NOT NULL,
    state text NOT NULL,
    document text NOT NULL,
    document_sha256 text NOT NULL,
    acceptance text NOT NULL,
    accepted_at timestamptz NOT NULL,
    ends_at timestamptz,
    ended_at timestamptz,
    metered_to timestamptz NOT NULL,
    usage_seq integer NOT NULL,
    usage_hash text,
    CONSTRAINT landlord_lease_pk PRIMARY KEY (id),
    CONSTRAINT landlord_lease_state CHECK (state IN ('active', 'ending', 'ended')),
    CONSTRAINT landlord_lease_ended CHECK ((state = 'ended') = (ended_at IS NOT NULL)),
    CONSTRAINT landlord_lease_usage CHECK ((usage_seq = 0) = (usage_hash IS NULL))
  )`,
  `CREATE UNIQUE INDEX landlord_lease_resource ON landlord_lease (resource_type, resource_id) WHERE state <> 'ended'`,
  `CREATE INDEX landlord_lease_due ON landlord_lease (ends_at) WHERE state <> 'ended'`,
  `CREATE TABLE landlord_usage (
    lease_id uuid NOT NULL,
    seq integer NOT NULL,
    document text NOT NULL,
    final boolean NOT NULL,
    CONSTRAINT landlord_usage_pk PRIMARY KEY (lease_id, seq),
    CONSTRAINT landlord_usage_seq CHECK (seq > 0),
    CONSTRAINT landlord_usage_lease FOREIGN KEY (lease_id) REFERENCES landlord_lease (id)
  )`,
  `CREATE UNIQUE INDEX landlord_usage_final ON landlord_usage (lease_id) WHERE final`,
  `CREATE TABLE lease_activity (
    lease_id uuid NOT NULL,
    at timestamptz NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT lease_activity_pk PRIMARY KEY (lease_id, at),
    CONSTRAINT lease_activity_amount CHECK (amount >= 0),
    CONSTRAINT lease_activity_lease FOREIGN KEY (lease_id) REFERENCES landlord_lease (id)
  )`,
  `CREATE TABLE landlord_event (
    seq bigint NOT NULL,
    document text NOT NULL,
    CONSTRAINT landlord_event_pk PRIMARY KEY (seq),
    CONSTRAINT landlord_event_seq CHECK (seq > 0)
  )`,
  `CREATE TABLE landlord_event_counter (
    id smallint NOT NULL,
    last bigint NOT NULL,
    CONSTRAINT landlord_event_counter_pk PRIMARY KEY (id),
    CONSTRAINT landlord_event_counter_single CHECK (id = 1)
  )`,
  `INSERT INTO landlord_event_counter (id, last) VALUES (1, 0)`,
];

const TABLES = [
  'landlord_event_counter',
  'landlord_event',
  'lease_activity',
  'landlord_usage',
  'landlord_lease',
  'landlord_capacity',
  'landlord_offer',
  'landlord_enrolment',
];

export class CreateLandlord1763683200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) await queryRunner.query(`DROP TABLE ${table}`);
  }
}
