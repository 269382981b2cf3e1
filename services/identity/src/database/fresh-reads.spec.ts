import { dataSourceOptions } from '@ocx/service-kit/database';
import { testDatabase, type TestDatabase } from '@ocx/testing/postgres';
import { DataSource } from 'typeorm';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { entities } from './entities.js';
import { FreshReads } from './fresh-reads.js';
import { migrations } from './migrations.js';
import { TableChanges } from './table-changes.js';
import { WATCHED_TABLES } from './watched-tables.js';

let database: TestDatabase;
let reader: DataSource;
let writer: DataSource;
let changes: TableChanges;
let reads: FreshReads;

beforeAll(async () => {
  database = await testDatabase();
  const open = () => new DataSource(dataSourceOptions({ url: database.url, entities, migrations })).initialize();
  [reader, writer] = [await open(), await open()];
  await reader.runMigrations();
  await writer.query(`INSERT INTO regions (id, description) VALUES ('here', '')`);
});
afterAll(async () => {
  await Promise.all([reader.destroy(), writer.destroy()]);
  await database.drop();
});

beforeEach(async () => {
  changes = new TableChanges(reader);
  reads = new FreshReads(changes);
  await expect.poll(() => changes.settled()).toBe(true);
  return () => changes.onModuleDestroy();
});

/** A read of how many rows there are, which counts how often it went to the database. */
function counted(table: 'services' | 'projects' | 'domains') {
  const read = reads.of<number>({ tables: [table] });
  const result = { asked: 0, get: () => read.get('all', load) };
  const load = async () => {
    result.asked += 1;
    const [row] = await reader.query<[{ count: number }]>(`SELECT count(*)::int AS count FROM ${table}`);
    return row.count;
  };
  return result;
}

let made = 0;
const add = () => writer.query(`INSERT INTO services (id, type, name) VALUES ($1, $1, $1)`, [`service-${(made += 1)}`]);

describe('a fresh read', () => {
  it('goes to the database once for as long as nothing changes', async () => {
    const services = counted('services');
    await Promise.all([services.get(), services.get()]);
    const { asked } = services;
    for (let times = 0; times < 20; times += 1) await services.get();
    expect(services.asked).toBe(asked);
  });

  it('never misses a change that was acknowledged, whoever made it', async () => {
    const services = counted('services');
    const before = await services.get();
    for (let more = 1; more <= 200; more += 1) {
      await add();
      expect(await services.get()).toBe(before + more);
    }
  });

  it('is not fooled by one that is committed while it reads', async () => {
    const read = reads.of<number>({ tables: ['services'] });
    const count = async () =>
      (await reader.query<[{ count: number }]>('SELECT count(*)::int AS count FROM services'))[0].count;
    const stale = await read.get('all', async () => {
      const seen = await count();
      await add();
      return seen;
    });
    expect(await read.get('all', count)).toBe(stale + 1);
  });

  it('is made again after a change of its own tables only', async () => {
    const projects = counted('projects');
    await projects.get();
    await add();
    await projects.get();
    expect(projects.asked).toBe(1);
  });

  it('learns of what a cascade takes away', async () => {
    await writer.query(`INSERT INTO domains (id, name) VALUES ('gone', 'gone')`);
    await writer.query(`INSERT INTO projects (id, domain_id, name) VALUES ('child', 'gone', 'child')`);
    const projects = counted('projects');
    const before = await projects.get();
    await writer.query(`DELETE FROM projects WHERE domain_id = 'gone'; DELETE FROM domains WHERE id = 'gone'`);
    expect(await projects.get()).toBe(before - 1);
  });

  it('asks once for all that are read together', async () => {
    const [services, projects] = [counted('services'), counted('projects')];
    await Promise.all([services.get(), projects.get()]);
    const before = changes.asked;
    await reads.together(async () => {
      await services.get();
      await projects.get();
      await services.get();
    });
    expect(changes.asked).toBe(before + 1);
    expect([services.asked, projects.asked]).toEqual([1, 1]);
  });

  it('goes to the database each time while nobody tells of changes, and recovers', async () => {
    const services = counted('services');
    await services.get();
    const { asked } = services;
    await writer.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ocx-changes' AND datname = current_database()`,
    );
    await add();
    const now = await services.get();
    expect(services.asked).toBe(asked + 1);
    await expect.poll(() => changes.settled(), { timeout: 10_000 }).toBe(true);
    expect(await services.get()).toBe(now);
    const before = services.asked;
    await services.get();
    expect(services.asked).toBe(before);
  });
});

/** Between identity and PostgreSQL, with connections of its own: it tells its clients another process than that they talk to. */
async function pooler(url: string): Promise<{ readonly url: string; close(): void }> {
  const { hostname, port } = new URL(url);
  const server = createServer((client) => {
    const backend = connect(Number(port), hostname);
    client.pipe(backend).on('error', () => client.destroy());
    backend.on('data', (bytes: Buffer) => {
      const key = bytes.indexOf(Buffer.from([0x4b, 0, 0, 0, 12]));
      if (key >= 0) bytes.writeInt32BE(1, key + 5);
      client.write(bytes);
    });
    client.on('error', () => backend.destroy());
    client.on('close', () => backend.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = new URL(url);
  own.port = String((server.address() as AddressInfo).port);
  return { url: own.href, close: () => server.close() };
}

it('behind a connection pooler every read goes to the database', async () => {
  const between = await pooler(database.url);
  const behind = new DataSource(dataSourceOptions({ url: between.url, entities, migrations }));
  const unsure = new TableChanges(behind);
  expect(await unsure.settled()).toBe(false);
  await expect.poll(() => unsure.tried).toBeGreaterThan(0);
  expect(await unsure.settled()).toBe(false);
  await unsure.onModuleDestroy();
  between.close();
});

it('every watched table has the trigger, and no other', async () => {
  const rows = await reader.query<{ table: string }[]>(
    `SELECT tgrelid::regclass::text AS table FROM pg_trigger WHERE tgname = 'tell_change'`,
  );
  expect(rows.map(({ table }) => table.replaceAll('"', '')).sort()).toEqual([...WATCHED_TABLES].sort());
});
