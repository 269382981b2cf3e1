import { dataSourceOptions } from '@ocx/service-kit/database';
import { testDatabase } from '@ocx/testing/postgres';
import { DataSource } from 'typeorm';
import { expect, it } from 'vitest';
import { BLOCK_STORAGE_ENTITIES, BLOCK_STORAGE_MIGRATIONS } from '../src/block-storage/block-storage.database.js';

it('has migrations that make exactly what the entities say, and undo it', async () => {
  const database = await testDatabase();
  const options = {
    url: database.url,
    entities: [...BLOCK_STORAGE_ENTITIES],
    migrations: [...BLOCK_STORAGE_MIGRATIONS],
  };
  const dataSource = await new DataSource(dataSourceOptions(options)).initialize();
  try {
    await dataSource.runMigrations();
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
    await dataSource.undoLastMigration();
    expect(await dataSource.query(`SELECT tablename FROM pg_tables WHERE tablename LIKE 'volume%'`)).toEqual([]);
  } finally {
    await dataSource.destroy();
    await database.drop();
  }
});
