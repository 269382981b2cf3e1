import { dataSourceOptions } from '@ocx/service-kit/database';
import { testDatabase, type TestDatabase } from '@ocx/testing/postgres';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { STORAGE_ENTITIES, STORAGE_MIGRATIONS } from '../src/database/schema.js';

let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await testDatabase();
  const options = { url: database.url, entities: STORAGE_ENTITIES, migrations: STORAGE_MIGRATIONS };
  dataSource = await new DataSource(dataSourceOptions(options)).initialize();
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

it('migrations make the schema that the entities describe, and undo it', async () => {
  await dataSource.runMigrations();
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  expect(upQueries.map(({ query }) => query)).toEqual([]);
  for (const _ of STORAGE_MIGRATIONS) await dataSource.undoLastMigration();
});
