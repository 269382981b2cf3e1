import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { testDatabase } from './postgres.js';

describe('testDatabase', () => {
  it('gives an empty database that its role owns, and takes it away', async () => {
    const database = await testDatabase();
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('CREATE TABLE things (id int)');
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    expect(rows[0]?.server_version).toMatch(/^18\./);
    await database.drop();
    await expect(new pg.Client({ connectionString: database.url }).connect()).rejects.toThrow();
  });

  it('keeps one test out of the database of another', async () => {
    const [mine, other] = await Promise.all([testDatabase(), testDatabase()]);
    const url = new URL(mine.url);
    url.pathname = new URL(other.url).pathname;
    await expect(new pg.Client({ connectionString: url.toString() }).connect()).rejects.toThrow(/permission denied/);
    await Promise.all([mine.drop(), other.drop()]);
  });
});
