import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { POSTGRES_URL_VARIABLE } from './postgres-cluster.js';

export interface TestDatabase {
  /** `postgres://` URL of a role that owns this database and sees no other. */
  readonly url: string;
  drop(): Promise<void>;
}

async function administer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const connectionString = process.env[POSTGRES_URL_VARIABLE];
  if (connectionString === undefined) {
    throw new Error('No PostgreSQL for the tests: run them by vitest with the global setup of @ocx/testing.');
  }
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A fresh role and an empty database of its own. Call `drop` in `afterAll`. */
export async function testDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const url = await administer(async (client) => {
    await client.query(`CREATE ROLE ${name} LOGIN PASSWORD '${password}'`);
    await client.query(`CREATE DATABASE ${name} OWNER ${name}`);
    await client.query(`REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`);
    return `postgres://${name}:${password}@${client.host}:${String(client.port)}/${name}`;
  });
  return {
    url,
    drop: () =>
      administer(async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        await client.query(`DROP ROLE IF EXISTS ${name}`);
      }),
  };
}
