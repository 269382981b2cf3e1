import { testDatabase } from '@ocx/testing/postgres';
import { dataSourceOptions } from '@ocx/service-kit/database';
import { DataSource } from 'typeorm';
import { expect, it } from 'vitest';
import { PROXY_ENTITIES, PROXY_MIGRATIONS } from '../src/database/schema.js';

it('has migrations that make exactly the tables of its entities, and unmake them', async () => {
  const database = await testDatabase();
  const source = new DataSource(
    dataSourceOptions({ url: database.url, entities: PROXY_ENTITIES, migrations: PROXY_MIGRATIONS }),
  );
  await source.initialize();
  try {
    await source.runMigrations();
    const drift = await source.driver.createSchemaBuilder().log();
    expect(drift.upQueries.map(({ query }) => query)).toEqual([]);
    await source.undoLastMigration();
    await source.runMigrations();
  } finally {
    await source.destroy();
    await database.drop();
  }
});
