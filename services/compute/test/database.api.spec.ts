import { testDatabase, type TestDatabase } from '@ocx/testing/postgres';
import { dataSourceOptions } from '@ocx/service-kit/database';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENTITIES, MIGRATIONS } from '../src/database/entities.js';

describe('the schema', () => {
  let database: TestDatabase;
  let source: DataSource;

  beforeAll(async () => {
    database = await testDatabase();
    source = await new DataSource(
      dataSourceOptions({ url: database.url, entities: ENTITIES, migrations: MIGRATIONS }),
    ).initialize();
  });
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  it('that the migrations make is the one the entities describe', async () => {
    await source.runMigrations();
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('is gone when the migrations are undone', async () => {
    for (const _ of MIGRATIONS) await source.undoLastMigration();
    const tables: { table_name: string }[] = await source.query(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name <> 'migrations'`,
    );
    expect(tables).toEqual([]);
  });
});
