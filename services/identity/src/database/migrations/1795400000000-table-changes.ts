import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = [
  'revocations',
  'domains',
  'projects',
  'users',
  'groups',
  'group_memberships',
  'roles',
  'implied_roles',
  'role_assignments',
  'services',
  'endpoints',
  'endpoint_groups',
  'project_endpoints',
  'project_endpoint_groups',
  'service_providers',
  'application_credentials',
  'application_credential_roles',
  'access_rules',
  'application_credential_access_rules',
];

/** A commit tells everybody who listens which tables it changed, so that what was read before is read again. */
export class TableChanges1795400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION "tell_change"() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('ocx_table_changes', TG_TABLE_NAME);
        RETURN NULL;
      END $$`);
    for (const table of TABLES) {
      await runner.query(`
        CREATE TRIGGER "tell_change" AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "${table}"
        FOR EACH STATEMENT EXECUTE FUNCTION "tell_change"()`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`DROP TRIGGER "tell_change" ON "${table}"`);
    await runner.query(`DROP FUNCTION "tell_change"()`);
  }
}
