import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Volumes and their attachments. The bytes are the backend's, the keys the exporter's. */
export class BlockStorage1763691000000 implements MigrationInterface {
  name = 'BlockStorage1763691000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE volumes (
        id uuid CONSTRAINT volumes_pkey PRIMARY KEY,
        realm varchar(8) NOT NULL,
        project_id varchar(64) NOT NULL,
        user_id varchar(64) NOT NULL,
        lease_id uuid,
        name varchar(255),
        description varchar(255),
        size integer NOT NULL,
        volume_type_id varchar(64) NOT NULL,
        metadata jsonb NOT NULL DEFAULT '{}',
        status varchar(32) NOT NULL,
        bootable boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL,
        updated_at timestamptz,
        CONSTRAINT volumes_realm CHECK (
          realm IN ('exchange', 'own') AND (realm = 'exchange') = (lease_id IS NOT NULL)
        ),
        CONSTRAINT volumes_size CHECK (size > 0)
      )`);
    await runner.query('CREATE INDEX volumes_owner ON volumes (realm, project_id, created_at, id)');
    await runner.query('CREATE UNIQUE INDEX volumes_lease ON volumes (lease_id) WHERE lease_id IS NOT NULL');
    await runner.query(`
      CREATE TABLE volume_attachments (
        id uuid CONSTRAINT volume_attachments_pkey PRIMARY KEY,
        volume_id uuid NOT NULL
          CONSTRAINT volume_attachments_volume_fkey REFERENCES volumes (id) ON DELETE CASCADE,
        server_id uuid,
        mode varchar(2) NOT NULL,
        state varchar(16) NOT NULL,
        connector_landlord_id varchar(64),
        connector_thumbprint varchar(43),
        host_name varchar(255),
        device varchar(255),
        created_at timestamptz NOT NULL,
        attached_at timestamptz,
        ended_at timestamptz,
        CONSTRAINT volume_attachments_state CHECK (state IN ('reserved', 'exported', 'ending', 'ended')),
        CONSTRAINT volume_attachments_ended CHECK ((state = 'ended') = (ended_at IS NOT NULL)),
        CONSTRAINT volume_attachments_mode CHECK (mode IN ('rw', 'ro')),
        CONSTRAINT volume_attachments_connector CHECK (
          (connector_landlord_id IS NULL) = (connector_thumbprint IS NULL)
        )
      )`);
    await runner.query('CREATE INDEX volume_attachments_volume ON volume_attachments (volume_id)');
    // One at a time: two writers of one file system destroy it.
    await runner.query(
      `CREATE UNIQUE INDEX volume_attachments_live ON volume_attachments (volume_id) WHERE state <> 'ended'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE volume_attachments');
    await runner.query('DROP TABLE volumes');
  }
}
