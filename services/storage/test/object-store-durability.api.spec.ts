import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { type ClientRequest, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeIdentity } from '@ocx/testing/fake-identity';
import { freePort } from '@ocx/testing/free-port';
import { testDatabase, type TestDatabase } from '@ocx/testing/postgres';
import { TEST_PROJECT } from '@ocx/testing/token-mint';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LANDLORD_FILE } from './object-store-service.js';

const MAIN = new URL('../dist/main.js', import.meta.url).pathname;
const MIB = 1024 * 1024;

describe('a storage service that dies', () => {
  let database: TestDatabase;
  let identity: FakeIdentity;
  let directory: string;
  let url: string;
  let token: string;
  let running: ChildProcess | undefined;

  beforeAll(async () => {
    database = await testDatabase();
    identity = await FakeIdentity.start();
    directory = await mkdtemp(join(tmpdir(), 'ocx-storage-durability-'));
    await writeFile(join(directory, 'landlord.json'), JSON.stringify(LANDLORD_FILE));
    url = `http://127.0.0.1:${String(await freePort())}`;
    token = await identity.exchangeToken();
    await start();
    expect((await call('PUT', '/c')).status).toBe(201);
  });
  afterAll(async () => {
    await kill();
    await rm(directory, { recursive: true, force: true });
    await identity.stop();
    await database.drop();
  });

  async function start(): Promise<void> {
    running = spawn(process.execPath, [MAIN], {
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        OCX_PORT: new URL(url).port,
        OCX_PUBLIC_URL: url,
        OCX_DATA_DIR: join(directory, 'data'),
        DATABASE_URL: database.url,
        OCX_LANDLORD_CONFIG: join(directory, 'landlord.json'),
        OCX_STANDALONE_ISSUER: identity.issuer,
        OCX_STANDALONE_JWKS_URL: identity.jwksUrl,
      },
    });
    await vi.waitFor(
      async () => {
        expect((await fetch(`${url}/healthcheck`)).status).toBe(200);
      },
      { timeout: 60_000, interval: 100 },
    );
  }

  async function kill(): Promise<void> {
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, 'exit');
    running.kill('SIGKILL');
    await gone;
  }

  const path = (rest: string) => `${url}/v1/AUTH_${TEST_PROJECT.id}${rest}`;
  const call = (method: string, rest: string, body?: string) =>
    fetch(path(rest), { method, headers: { 'x-auth-token': token }, ...(body === undefined ? {} : { body }) });

  async function files(): Promise<string[]> {
    const entries = await readdir(join(directory, 'data', 'objects'), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  }

  /** An upload that stops after `sent` bytes of many, with the connection open. */
  async function halfUpload(rest: string, sent: number): Promise<ClientRequest> {
    const headers = { 'x-auth-token': token, 'content-length': String(64 * MIB) };
    const upload = request(path(rest), { method: 'PUT', headers });
    upload.on('error', () => undefined);
    await new Promise((resolve) => upload.write(Buffer.alloc(sent, 1), resolve));
    return upload;
  }

  it('keeps the old object when it is killed in the middle of a new one', async () => {
    expect((await call('PUT', '/c/o', 'old')).status).toBe(201);
    const [kept] = await files();
    await halfUpload('/c/o', 8 * MIB);
    await expect.poll(async () => (await files()).length, { timeout: 20_000 }).toBe(2);
    await kill();
    await start();
    expect(await (await call('GET', '/c/o')).text()).toBe('old');
    expect(await files()).toEqual([kept]);
  });

  it('removes at start what was renamed but never committed', async () => {
    const orphan = '00000000-0000-4000-8000-000000000000';
    await kill();
    await writeFile(join(directory, 'data', 'objects', 'blobs', '00', orphan), 'orphan');
    await start();
    await expect.poll(files, { timeout: 20_000 }).not.toContain(orphan);
    expect(await (await call('GET', '/c/o')).text()).toBe('old');
  });

  it('has every object whose PUT it confirmed', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `/c/confirmed-${String(index)}`);
    const answers = await Promise.all(names.map((name) => call('PUT', name, name)));
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    await kill();
    await start();
    for (const name of names) expect(await (await call('GET', name)).text()).toBe(name);
  });

  it('leaves nothing of an upload whose client went away', async () => {
    const before = (await files()).length;
    const upload = await halfUpload('/c/aborted', 8 * MIB);
    await expect.poll(async () => (await files()).length, { timeout: 20_000 }).toBe(before + 1);
    upload.destroy();
    await expect.poll(async () => (await files()).length, { timeout: 20_000 }).toBe(before);
    expect((await call('GET', '/c/aborted')).status).toBe(404);
  });
});
