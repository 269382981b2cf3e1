import { afterAll, beforeAll, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '@ocx/service-kit/database';
import { testDatabase, type TestDatabase } from '@ocx/testing/postgres';
import { ENTITIES, MIGRATIONS } from '../src/database/schema.js';

let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await testDatabase();
  const options = dataSourceOptions({ url: database.url, entities: ENTITIES, migrations: MIGRATIONS });
  dataSource = await new DataSource(options).initialize();
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

it('migrations make exactly what the entities describe, and can be undone', async () => {
  await dataSource.runMigrations();
  const drift = await dataSource.driver.createSchemaBuilder().log();
  expect(drift.upQueries.map(({ query }) => query)).toEqual([]);
  for (const migration of MIGRATIONS) {
    expect(migration.name).not.toBe('');
    await dataSource.undoLastMigration();
  }
  const tables: unknown[] = await dataSource.query(
    `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'`,
  );
  expect(tables).toEqual([]);
});
