import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './free-port.js';
import { postgresBinaries, postgresUser, spawnOptions, type PostgresUser } from './postgres-binaries.js';

const run = promisify(execFile);

/** Where workers find the cluster's administrator URL. */
export const POSTGRES_URL_VARIABLE = 'OCX_TEST_POSTGRES_URL';

/** fsync is off because a test's cluster never outlives the run. */
const SETTINGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=300',
  'shared_buffers=32MB',
  'wal_level=minimal',
  'max_wal_senders=0',
  'unix_socket_directories=',
  'listen_addresses=127.0.0.1',
];

/**
 * Runs PostgreSQL until its standard input closes, then stops it and removes its directory. The pipe closes when the
 * test run ends in whatever way, `kill -9` included, so nothing is left behind.
 */
const KEEPER = '"$@" & p=$!; cat >/dev/null; kill -QUIT $p 2>/dev/null; wait $p; rm -rf "$DIR"';

/** One real PostgreSQL 18, for one test run. */
export class PostgresCluster {
  private constructor(
    readonly url: string,
    private readonly keeper: ChildProcess,
    private readonly directory: string,
  ) {}

  static async start(): Promise<PostgresCluster> {
    const user = postgresUser();
    const native = await postgresBinaries(user);
    const directory = await mkdtemp(path.join(tmpdir(), 'ocx-test-postgres-'));
    try {
      const password = randomBytes(18).toString('hex');
      await initialise(native, directory, password, user);
      return await PostgresCluster.launch(native, directory, password, user);
    } catch (error) {
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  /** Another process may take the free port between the look and the use, hence the tries. */
  private static async launch(native: string, directory: string, password: string, user: PostgresUser) {
    let output = '';
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const port = await freePort();
      const url = `postgres://postgres:${password}@127.0.0.1:${String(port)}/postgres`;
      const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
      const command = [path.join(native, 'bin', 'postgres'), '-D', path.join(directory, 'data'), '-p', String(port)];
      const base = spawnOptions(user);
      const keeper = spawn('/bin/sh', ['-c', KEEPER, 'keeper', ...command, ...settings], {
        ...base,
        env: { ...base.env, DIR: directory },
        stdio: ['pipe', 'ignore', 'pipe'],
        detached: true,
      });
      keeper.stderr.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4000)));
      const cluster = new PostgresCluster(url, keeper, directory);
      if (await answers(url, () => output.includes('could not bind'))) return cluster;
      if (!output.includes('could not bind')) {
        await cluster.stop();
        break;
      }
      keeper.kill('SIGKILL');
      output = '';
    }
    throw new Error(`PostgreSQL for the tests did not start: ${output}`);
  }

  async stop(): Promise<void> {
    const gone = this.keeper.exitCode === null ? once(this.keeper, 'exit') : Promise.resolve();
    this.keeper.stdin?.end();
    await gone;
    await rm(this.directory, { recursive: true, force: true });
  }
}

async function initialise(native: string, directory: string, password: string, user: PostgresUser): Promise<void> {
  await chmod(directory, 0o700);
  const passwordFile = path.join(directory, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user.uid !== undefined && user.gid !== undefined) {
    await chown(passwordFile, user.uid, user.gid);
    await chown(directory, user.uid, user.gid);
  }
  const options = ['--auth=scram-sha-256', '--username=postgres', '--encoding=UTF8', '--locale=C', '--no-sync'];
  await run(
    path.join(native, 'bin', 'initdb'),
    ['-D', path.join(directory, 'data'), `--pwfile=${passwordFile}`, ...options],
    spawnOptions(user),
  );
  await rm(passwordFile);
}

async function answers(url: string, failed: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 600 && !failed(); tries += 1) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.query('SELECT 1');
      return true;
    } catch {
      await sleep(50);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return false;
}

interface Shared {
  users: number;
  cluster: Promise<PostgresCluster>;
}

/** vitest evaluates this module once per project, in one process: what they share lives on the global object. */
const SHARED = Symbol.for('ocx.testing.postgres-cluster');
const shared = globalThis as { [SHARED]?: Shared | undefined };

/** vitest's globalSetup: one cluster for all projects of a run, gone when the last of them is done. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  const outside = process.env[POSTGRES_URL_VARIABLE];
  if (outside !== undefined && shared[SHARED] === undefined) return undefined;
  shared[SHARED] ??= { users: 0, cluster: PostgresCluster.start() };
  const state = shared[SHARED];
  state.users += 1;
  process.env[POSTGRES_URL_VARIABLE] = (await state.cluster).url;
  return async () => {
    state.users -= 1;
    if (state.users > 0) return;
    shared[SHARED] = undefined;
    Reflect.deleteProperty(process.env, POSTGRES_URL_VARIABLE);
    await (await state.cluster).stop();
  };
}
