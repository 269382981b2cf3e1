import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts, containers and objects. The bytes are the backend's; a row names them by blob id. */
export class ObjectStore1763690000000 implements MigrationInterface {
  name = 'ObjectStore1763690000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE object_accounts (
        id uuid CONSTRAINT object_accounts_pkey PRIMARY KEY,
        realm varchar(8) NOT NULL,
        project_id varchar(64) NOT NULL,
        lease_id uuid,
        closing boolean NOT NULL DEFAULT false,
        timestamp bigint NOT NULL,
        metadata jsonb NOT NULL DEFAULT '{}',
        container_count bigint NOT NULL DEFAULT 0,
        object_count bigint NOT NULL DEFAULT 0,
        bytes_used bigint NOT NULL DEFAULT 0,
        CONSTRAINT object_accounts_realm CHECK (
          realm IN ('exchange', 'own') AND (realm = 'exchange') = (lease_id IS NOT NULL)
        ),
        CONSTRAINT object_accounts_counts CHECK (container_count >= 0 AND object_count >= 0 AND bytes_used >= 0)
      )`);
    await runner.query(
      'CREATE UNIQUE INDEX object_accounts_open ON object_accounts (realm, project_id) WHERE NOT closing',
    );
    await runner.query(
      'CREATE UNIQUE INDEX object_accounts_lease ON object_accounts (lease_id) WHERE lease_id IS NOT NULL',
    );
    await runner.query(`
      CREATE TABLE object_containers (
        id uuid CONSTRAINT object_containers_pkey PRIMARY KEY,
        account_id uuid NOT NULL CONSTRAINT object_containers_account REFERENCES object_accounts (id),
        name text COLLATE "C" NOT NULL,
        timestamp bigint NOT NULL,
        storage_policy varchar(64) NOT NULL,
        metadata jsonb NOT NULL DEFAULT '{}',
        object_count bigint NOT NULL DEFAULT 0,
        bytes_used bigint NOT NULL DEFAULT 0,
        CONSTRAINT object_containers_counts CHECK (object_count >= 0 AND bytes_used >= 0)
      )`);
    await runner.query('CREATE UNIQUE INDEX object_containers_name ON object_containers (account_id, name)');
    await runner.query(`
      CREATE TABLE objects (
        container_id uuid NOT NULL CONSTRAINT objects_container REFERENCES object_containers (id),
        name text COLLATE "C" NOT NULL,
        timestamp bigint NOT NULL,
        data_timestamp bigint NOT NULL,
        blob_id uuid NOT NULL,
        size bigint NOT NULL,
        md5 char(32) NOT NULL,
        content_type text NOT NULL,
        headers jsonb NOT NULL DEFAULT '{}',
        metadata jsonb NOT NULL DEFAULT '{}',
        delete_at bigint,
        segments jsonb,
        CONSTRAINT objects_pkey PRIMARY KEY (container_id, name)
      )`);
    await runner.query('CREATE UNIQUE INDEX objects_blob ON objects (blob_id)');
    await runner.query('CREATE INDEX objects_delete_at ON objects (delete_at) WHERE delete_at IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE objects');
    await runner.query('DROP TABLE object_containers');
    await runner.query('DROP TABLE object_accounts');
  }
}
