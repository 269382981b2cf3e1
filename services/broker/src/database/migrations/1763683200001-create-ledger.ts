import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE ledger_accounts (
    id uuid NOT NULL,
    kind text NOT NULL,
    owner text NOT NULL,
    balance bigint NOT NULL DEFAULT '0',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ledger_accounts_owner_key UNIQUE (kind, owner),
    CONSTRAINT ledger_accounts_funds_check CHECK (kind = 'issuance' OR balance >= 0),
    CONSTRAINT ledger_accounts_kind_check CHECK (kind IN ('wallet', 'escrow', 'revenue', 'issuance')),
    CONSTRAINT ledger_accounts_pkey PRIMARY KEY (id)
  )`,
  `CREATE TABLE ledger_transfers (
    id uuid NOT NULL,
    kind text NOT NULL,
    reference text NOT NULL,
    lease_id uuid,
    caused_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT ledger_transfers_reference_key UNIQUE (reference),
    CONSTRAINT ledger_transfers_kind_check CHECK (kind IN ('grant', 'starting_grant', 'hold', 'charge', 'release')),
    CONSTRAINT ledger_transfers_pkey PRIMARY KEY (id)
  )`,
  `CREATE INDEX ledger_transfers_lease_idx ON ledger_transfers (lease_id)`,
  `CREATE TABLE ledger_entries (
    transfer_id uuid NOT NULL,
    account_id uuid NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT ledger_entries_amount_check CHECK (amount <> 0),
    CONSTRAINT ledger_entries_pkey PRIMARY KEY (transfer_id, account_id)
  )`,
  `CREATE INDEX ledger_entries_account_idx ON ledger_entries (account_id, transfer_id)`,
  `ALTER TABLE ledger_entries ADD CONSTRAINT ledger_entries_transfer_id_fkey FOREIGN KEY (transfer_id) REFERENCES ledger_transfers(id)`,
  `ALTER TABLE ledger_entries ADD CONSTRAINT ledger_entries_account_id_fkey FOREIGN KEY (account_id) REFERENCES ledger_accounts(id)`,
  `CREATE FUNCTION ledger_entry_applied() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     UPDATE ledger_accounts SET balance = balance + NEW.amount WHERE id = NEW.account_id;
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER ledger_entry_applied AFTER INSERT ON ledger_entries FOR EACH ROW EXECUTE FUNCTION ledger_entry_applied()`,
  `CREATE FUNCTION ledger_transfer_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF (SELECT count(*) < 2 OR sum(amount) <> 0 FROM ledger_entries WHERE transfer_id = NEW.id) THEN
       RAISE EXCEPTION 'transfer % does not balance', NEW.id USING ERRCODE = 'check_violation',
         CONSTRAINT = 'ledger_transfer_balanced';
     END IF;
     RETURN NULL;
   END $$`,
  `CREATE CONSTRAINT TRIGGER ledger_transfer_balanced AFTER INSERT ON ledger_transfers DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_transfer_balanced()`,
  `CREATE FUNCTION ledger_entry_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF (SELECT sum(amount) <> 0 FROM ledger_entries WHERE transfer_id = NEW.transfer_id) THEN
       RAISE EXCEPTION 'transfer % does not balance', NEW.transfer_id USING ERRCODE = 'check_violation',
         CONSTRAINT = 'ledger_transfer_balanced';
     END IF;
     RETURN NULL;
   END $$`,
  `CREATE CONSTRAINT TRIGGER ledger_entry_balanced AFTER INSERT ON ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_balanced()`,
  `CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_append_only';
   END $$`,
  `CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()`,
  `CREATE TRIGGER ledger_transfers_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transfers FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()`,
];

const DOWN = [
  `DROP TABLE ledger_accounts, ledger_transfers, ledger_entries`,
  `DROP FUNCTION ledger_entry_applied, ledger_transfer_balanced, ledger_entry_balanced, ledger_is_append_only`,
];

/** The double-entry ledger: balances follow entries, every transfer sums to zero at commit, nothing is rewritten. */
export class CreateLedger1763683200001 implements MigrationInterface {
  readonly name = 'CreateLedger1763683200001';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
