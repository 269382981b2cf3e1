import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE enrolment_codes (
    code_sha256 text NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    jkt text,
    CONSTRAINT enrolment_codes_pkey PRIMARY KEY (code_sha256)
  )`,
  `CREATE TABLE landlords (
    id text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    region text NOT NULL,
    endpoint text NOT NULL,
    jwk jsonb NOT NULL,
    jkt text NOT NULL,
    state text NOT NULL DEFAULT 'active',
    description text NOT NULL DEFAULT '',
    event_seq bigint NOT NULL DEFAULT '0',
    registered_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT landlords_jkt_key UNIQUE (jkt),
    CONSTRAINT landlords_region_key UNIQUE (region),
    CONSTRAINT landlords_name_key UNIQUE (name),
    CONSTRAINT landlords_state_check CHECK (state IN ('active', 'draining', 'gone')),
    CONSTRAINT landlords_kind_check CHECK (kind IN ('compute', 'storage')),
    CONSTRAINT landlords_pkey PRIMARY KEY (id)
  )`,
  `CREATE TABLE idempotency_keys (
    scope text NOT NULL,
    key text NOT NULL,
    request_sha256 text NOT NULL,
    answer jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (scope, key)
  )`,
  `CREATE INDEX idempotency_keys_created_idx ON idempotency_keys (created_at)`,
  `CREATE TABLE orders (
    id uuid NOT NULL,
    project_id text NOT NULL,
    user_id text NOT NULL,
    resource_type text NOT NULL,
    product_id text NOT NULL,
    quantity bigint NOT NULL,
    region text,
    idempotency_key text,
    state text NOT NULL DEFAULT 'open',
    reason text,
    lease_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT orders_filled_check CHECK ((state = 'filled') = (lease_id IS NOT NULL)),
    CONSTRAINT orders_state_check CHECK (state IN ('open', 'filled', 'failed')),
    CONSTRAINT orders_pkey PRIMARY KEY (id)
  )`,
  `CREATE INDEX orders_project_idx ON orders (project_id, created_at, id)`,
  `CREATE UNIQUE INDEX orders_idempotency_key ON orders (project_id, idempotency_key) WHERE idempotency_key IS NOT NULL`,
  `CREATE TABLE leases (
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    landlord_id text NOT NULL,
    project_id text NOT NULL,
    project_domain_id text NOT NULL,
    user_id text NOT NULL,
    product_type text NOT NULL,
    product_id text NOT NULL,
    resource_type text NOT NULL,
    resource_id text NOT NULL,
    quantity bigint NOT NULL,
    units_per_second bigint NOT NULL,
    units_before bigint NOT NULL DEFAULT '0',
    amended_at timestamptz,
    relation text NOT NULL,
    prices jsonb NOT NULL,
    state text NOT NULL DEFAULT 'pending',
    reason text,
    document text NOT NULL,
    acceptance text,
    lease_grant text,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz,
    accepted_at timestamptz,
    ended_at timestamptz,
    units jsonb NOT NULL DEFAULT '{}',
    charged bigint NOT NULL DEFAULT '0',
    unpaid bigint NOT NULL DEFAULT '0',
    usage_seq integer NOT NULL DEFAULT '0',
    usage_sha256 text,
    usage_to timestamptz,
    dispute text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT leases_uncharged_check CHECK (state NOT IN ('refused', 'failed') OR charged = 0),
    CONSTRAINT leases_accepted_check CHECK (state NOT IN ('claimed', 'active') OR acceptance IS NOT NULL),
    CONSTRAINT leases_charged_check CHECK (charged >= 0 AND unpaid >= 0),
    CONSTRAINT leases_state_check CHECK (state IN ('pending', 'claimed', 'active', 'ending', 'settled', 'refused', 'failed')),
    CONSTRAINT leases_pkey PRIMARY KEY (id)
  )`,
  `CREATE INDEX leases_landlord_idx ON leases (landlord_id, state)`,
  `CREATE INDEX leases_project_idx ON leases (project_id, created_at, id)`,
  `CREATE INDEX leases_resource_idx ON leases (resource_type, resource_id)`,
  `CREATE UNIQUE INDEX leases_live_resource_key ON leases (landlord_id, resource_type, resource_id) WHERE state IN ('pending', 'claimed', 'active', 'ending')`,
  `CREATE TABLE lease_amendments (
    id uuid NOT NULL,
    lease_id uuid NOT NULL,
    quantity bigint NOT NULL,
    escrow bigint NOT NULL,
    document text NOT NULL,
    replaced_document text NOT NULL,
    replaced_acceptance text NOT NULL,
    state text NOT NULL DEFAULT 'pending',
    reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT lease_amendments_escrow_check CHECK (escrow >= 0),
    CONSTRAINT lease_amendments_state_check CHECK (state IN ('pending', 'accepted', 'refused')),
    CONSTRAINT lease_amendments_pkey PRIMARY KEY (id)
  )`,
  `CREATE UNIQUE INDEX lease_amendments_pending_key ON lease_amendments (lease_id) WHERE state = 'pending'`,
  `CREATE TABLE offers (
    landlord_id text NOT NULL,
    id uuid NOT NULL,
    version integer NOT NULL,
    product_type text NOT NULL,
    product_id text NOT NULL,
    document jsonb NOT NULL,
    jws text NOT NULL,
    received_at timestamptz NOT NULL,
    withdrawn boolean NOT NULL DEFAULT false,
    CONSTRAINT offers_pkey PRIMARY KEY (landlord_id, id)
  )`,
  `CREATE INDEX offers_product_idx ON offers (product_type, product_id)`,
  `CREATE TABLE outbox_tasks (
    lease_id uuid NOT NULL,
    kind text NOT NULL,
    run_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT '0',
    CONSTRAINT outbox_tasks_kind_check CHECK (kind IN ('guard', 'end', 'discard', 'amend')),
    CONSTRAINT outbox_tasks_pkey PRIMARY KEY (lease_id, kind)
  )`,
  `CREATE INDEX outbox_tasks_due_idx ON outbox_tasks (run_at)`,
  `CREATE TABLE receipts (
    lease_id uuid NOT NULL,
    usage_seq integer NOT NULL,
    usage text NOT NULL,
    receipt text NOT NULL,
    amount bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT receipts_amount_check CHECK (amount >= 0),
    CONSTRAINT receipts_pkey PRIMARY KEY (lease_id, usage_seq)
  )`,
  `ALTER TABLE leases ADD CONSTRAINT leases_landlord_id_fkey FOREIGN KEY (landlord_id) REFERENCES landlords(id)`,
  `ALTER TABLE leases ADD CONSTRAINT leases_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)`,
  `ALTER TABLE lease_amendments ADD CONSTRAINT lease_amendments_lease_id_fkey FOREIGN KEY (lease_id) REFERENCES leases(id)`,
  `ALTER TABLE offers ADD CONSTRAINT offers_landlord_id_fkey FOREIGN KEY (landlord_id) REFERENCES landlords(id)`,
  `ALTER TABLE outbox_tasks ADD CONSTRAINT outbox_tasks_lease_id_fkey FOREIGN KEY (lease_id) REFERENCES leases(id)`,
  `ALTER TABLE receipts ADD CONSTRAINT receipts_lease_id_fkey FOREIGN KEY (lease_id) REFERENCES leases(id)`,
];

const DOWN = [
  `DROP TABLE enrolment_codes, landlords, idempotency_keys, orders, leases, lease_amendments, offers, outbox_tasks, receipts`,
];

/** Landlords, offers, orders, leases, receipts, and the tasks that finish what a crash cut in half. */
export class CreateMarket1763683200000 implements MigrationInterface {
  readonly name = 'CreateMarket1763683200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
