import { testDatabase } from '@ocx/testing/postgres';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { afterEach, describe, expect, it } from 'vitest';

const SERVICES = ['identity', 'broker', 'compute', 'storage'] as const;

describe('the migrations of a service', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let source: DataSource | undefined;
  afterEach(async () => {
    await source?.destroy();
    await database.drop();
  });

  it.each(SERVICES)('make exactly the tables that its entities describe: %s', async (service) => {
    database = await testDatabase();
    process.env['DATABASE_URL'] = database.url;
    const built = new URL(`../../services/${service}/dist/data-source.js`, import.meta.url).href;
    const module = (await import(/* @vite-ignore */ built)) as { default: DataSource };
    source = new DataSource({ ...module.default.options, url: database.url } as DataSourceOptions);
    await source.initialize();
    await source.runMigrations();
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });
});
