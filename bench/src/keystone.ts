import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Databases } from './databases.js';
import { freePort } from './free-port.js';
import type { IdentityService } from './identity-service.js';
import type { Workplace } from './workplace.js';

const run = promisify(execFile);

/** What Debian's Keystone needs to be run as operators run it. */
export const KEYSTONE_PACKAGES =
  'keystone uwsgi-core uwsgi-plugin-python3 memcached python3-memcache python3-psycopg2 python3-pymemcache';
const PROGRAMS = [
  '/usr/bin/keystone-manage',
  '/usr/bin/keystone-wsgi-public',
  '/usr/bin/uwsgi_python3',
  '/usr/bin/memcached',
];
const PASSWORD = 'keystone-of-the-bench';
const PATIENCE_MS = 60_000;

export const hasKeystone = (): boolean => PROGRAMS.every((program) => existsSync(program));

/** Debian's Keystone with PostgreSQL and memcached, in two processes of four threads: one for each of two processors. */
export async function startKeystone(workplace: Workplace): Promise<IdentityService> {
  const directory = join(workplace.directory, 'keystone');
  await mkdir(directory, { recursive: true });
  const databases = await Databases.open(workplace, 'keystone-databases');
  const memcachedPort = await freePort();
  const memcached = await background(workplace, directory, 'memcached', '/usr/bin/memcached', [
    ...['-u', 'nobody', '-l', '127.0.0.1', '-p', String(memcachedPort)],
  ]);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await writeFile(join(directory, 'keystone.conf'), configuration(directory, await databases.create(), memcachedPort));
  await bootstrap(directory, `${url}/v3`);
  const uwsgi = await background(workplace, directory, 'uwsgi', '/usr/bin/uwsgi_python3', [
    ...['--http-socket', `127.0.0.1:${port}`, '--wsgi-file', '/usr/bin/keystone-wsgi-public', '--lazy-apps'],
    ...['--master', '--processes', '2', '--threads', '4', '--die-on-term', '--disable-logging'],
    // It closes after each answer, and says so only when told to.
    ...['--add-header', 'Connection: close'],
  ]);
  await answers(`${url}/v3`, join(directory, 'uwsgi.log'));
  return { name: 'Keystone', url, adminPassword: PASSWORD, pids: [uwsgi, memcached, databases.pid] };
}

function configuration(directory: string, databaseUrl: string, memcachedPort: number): string {
  return `[DEFAULT]
log_file = ${join(directory, 'keystone.log')}
[database]
connection = ${databaseUrl.replace(/^postgres:/, 'postgresql:')}
[cache]
enabled = true
backend = oslo_cache.memcache_pool
memcache_servers = 127.0.0.1:${memcachedPort}
[resource]
admin_project_name = admin
admin_project_domain_name = Default
[token]
provider = fernet
[fernet_tokens]
key_repository = ${join(directory, 'fernet-keys')}
[credential]
key_repository = ${join(directory, 'credential-keys')}
[identity]
password_hash_algorithm = bcrypt
password_hash_rounds = 12
`;
}

async function bootstrap(directory: string, url: string): Promise<void> {
  const manage = (...args: string[]) =>
    run('/usr/bin/keystone-manage', ['--config-file', join(directory, 'keystone.conf'), ...args], { cwd: directory });
  const own = ['--keystone-user', 'root', '--keystone-group', 'root'];
  for (const keys of ['fernet-keys', 'credential-keys']) await mkdir(join(directory, keys), { mode: 0o700 });
  await manage('db_sync');
  await manage('fernet_setup', ...own);
  await manage('credential_setup', ...own);
  await manage(
    'bootstrap',
    '--bootstrap-password',
    PASSWORD,
    '--bootstrap-region-id',
    'exchange',
    '--bootstrap-public-url',
    url,
  );
}

async function background(
  workplace: Workplace,
  directory: string,
  name: string,
  command: string,
  args: readonly string[],
): Promise<number> {
  const log = await open(join(directory, `${name}.log`), 'w');
  const child = spawn(command, args, {
    cwd: directory,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', OS_KEYSTONE_CONFIG_DIR: directory },
  });
  child.once('error', () => undefined);
  await log.close();
  workplace.onClose(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  });
  if (child.pid === undefined) throw new Error(`${command} could not be spawned.`);
  return child.pid;
}

async function answers(url: string, logFile: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return;
    if (Date.now() > deadline) {
      throw new Error(`Keystone gave no answer within a minute:\n${(await readFile(logFile, 'utf8')).slice(-2000)}`);
    }
    await delay(100);
  }
}
