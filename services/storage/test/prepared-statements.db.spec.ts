import { dataSourceOptions } from '@ocx/service-kit/database';
import { testDatabase, type TestDatabase } from '@ocx/testing/postgres';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

describe('a connection of a service', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  beforeAll(async () => {
    database = await testDatabase();
    const options = dataSourceOptions({ url: database.url, entities: [], migrations: [], poolSize: 1 });
    dataSource = await new DataSource(options).initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const prepared = (): Promise<{ statement: string }[]> =>
    dataSource.query(
      `SELECT statement FROM pg_prepared_statements WHERE statement NOT LIKE '%pg_prepared_statements%'`,
    );

  it('prepares a statement that comes again, and answers as before', async () => {
    const often = 'SELECT $1::int + 1 AS sum';
    for (const one of [1, 2, 3, 4, 5, 6, 7]) expect(await dataSource.query(often, [one])).toEqual([{ sum: one + 1 }]);
    expect(await prepared()).toEqual([{ statement: often }]);
  });

  it('does not keep what comes once, or has no parameters', async () => {
    const before = await prepared();
    await dataSource.query('SELECT $1::int AS once', [1]);
    for (let time = 0; time < 5; time += 1) await dataSource.query('SELECT 1 AS constant');
    expect(await prepared()).toEqual(before);
  });

  it('goes on after an error in a prepared statement', async () => {
    const division = 'SELECT 12 / $1::int AS quotient';
    for (const divisor of [1, 2, 3, 4]) await dataSource.query(division, [divisor]);
    await expect(dataSource.query(division, [0])).rejects.toThrow('division by zero');
    expect(await dataSource.query(division, [6])).toEqual([{ quotient: 2 }]);
  });
});
