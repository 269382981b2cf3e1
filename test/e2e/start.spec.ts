import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CLONE } from '@ocx/local-exchange/layout';
import { portsAt } from '@ocx/local-exchange/ports';
import { SecureShell } from '@ocx/local-exchange/tour/secure-shell';
import { addressOf } from '@ocx/local-exchange/tour/tenant';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExchangeUnderTest, START_PORT_OFFSET, type TestTenant } from '../test-exchange.js';
import { keptAtEngine, NO_TRACES, processesOf, tracesOf } from './traces.js';
import { TypedCommand } from './typed-command.js';

const run = promisify(execFile);
/** Where Debian's clients are; another `python3` first in PATH does not see them. */
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const GONE_WITHIN_MS = 90_000;

/** `npm start` or `npm run clean`. */
function npm(...args: string[]): TypedCommand {
  return new TypedCommand(['npm', ...args], {
    cwd: CLONE,
    env: { ...process.env, OCX_PORT_OFFSET: String(START_PORT_OFFSET) },
  });
}

const start = (directory: string) => npm('start', '--', '--no-tour', '--directory', directory);
const clean = (directory: string) => npm('run', 'clean', '--', '--directory', directory);

/** What `npm start` promises about beginning, ending, crashing and cleaning; one directory through all of it. */
describe('npm start', { timeout: 500_000 }, () => {
  let temporary: string;
  let directory: string;
  let shell: SecureShell;
  let member: TestTenant;
  let serverId: string;
  let device: string;

  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'ocx-start-'));
    directory = join(temporary, 'state');
    shell = await SecureShell.create(join(temporary, 'ssh'));
  });
  afterAll(async () => {
    await run(process.execPath, [join(CLONE, 'packages/local-exchange/dist/clean.js'), '--directory', directory]);
    await rm(temporary, { recursive: true, force: true });
  });

  const gone = async () => {
    await expect.poll(() => tracesOf(directory), { timeout: GONE_WITHIN_MS }).toEqual(NO_TRACES);
  };
  const serverIsBack = async () => {
    const { tenant } = member;
    await expect.poll(async () => (await tenant.server(serverId)).status, { timeout: 60_000 }).toBe('ACTIVE');
    const read = async () =>
      shell.run(addressOf(await tenant.server(serverId)), `cat /root/note /volumes/${device}/note`);
    await expect.poll(() => read().catch(String), { timeout: 60_000 }).toBe('in the server\nin the volume');
  };

  it('says in one line which ports are taken, and leaves nothing behind', async () => {
    const { broker } = portsAt(START_PORT_OFFSET);
    const squatter = createServer().listen(broker, '127.0.0.1');
    await once(squatter, 'listening');
    const typed = start(directory);
    expect(await typed.ended).toBe(1);
    expect(typed.output).toContain(`In use by another program: port ${String(broker)} (broker).`);
    expect(typed.output).not.toMatch(/\n {4}at /);
    await new Promise((resolve) => squatter.close(resolve));
    await gone();
  });

  it('runs, writes what a person needs, and ends with a Ctrl-C', async () => {
    const typed = start(directory);
    await typed.says('Running');
    expect(typed.output).toContain('openstack server create');
    const admin = join(directory, 'openrc-admin');
    expect((await stat(admin)).mode & 0o777).toBe(0o600);
    const password = (await readFile(join(directory, 'secrets', 'admin-password'), 'utf8')).trim();
    expect(await readFile(admin, 'utf8')).toContain(password);
    expect(typed.output).not.toContain(password);

    // The commands that it prints work as they are printed.
    const commands = typed.output.split('\n').filter((line) => /^ {4}(source|openstack) /.test(line));
    expect(commands).toHaveLength(4);
    const script = [...commands, '    openstack server delete --wait hello'].join('\n');
    const env = { PATH: SYSTEM_PATH, HOME: temporary };
    const { stdout } = await run('bash', ['-euc', script], { cwd: CLONE, env });
    expect(stdout).toMatch(/hello +\| ACTIVE/);

    const second = start(directory);
    expect(await second.ended).toBe(1);
    expect(second.output).toMatch(/An exchange is already running here \(process \d+\)/);

    const seen = await ExchangeUnderTest.open(directory);
    member = await seen.newTenant('lasting');
    const { tenant } = member;
    await tenant.importKeyPair('laptop', shell.publicKey);
    const image = await tenant.imageNamed('demonstration');
    const server = await tenant.createServer({ name: 'lasting', flavor: 'm1.tiny', image, keyName: 'laptop' });
    const volume = await tenant.createVolume('lasting', 1, 'bluestone');
    serverId = server.id;
    device = await tenant.attach(server.id, volume.id);
    const write = `echo in the server > /root/note; echo in the volume > /volumes/${device}/note; sync`;
    await shell.run(addressOf(server), write);
    expect(await seen.containersOf('harvard', server.id)).toHaveLength(1);

    // As a terminal does it: to npm and to everything it started at once.
    typed.signal('SIGINT', 'terminal');
    await typed.ended;
    expect(typed.output).toContain('Stopping SIGINT');
    await gone();
  });

  it('finds its data again, heals what a kill -9 of it left, and ends with a SIGTERM to npm', async () => {
    const killed = start(directory);
    await killed.says('Running');
    await serverIsBack();
    const [pid] = (await readFile(join(directory, 'exchange.pid'), 'utf8')).split(' ');
    process.kill(Number(pid), 'SIGKILL');
    await killed.ended;
    expect(await processesOf(directory)).not.toEqual([]);

    const typed = start(directory);
    await typed.says('Running');
    expect(typed.output).toContain('A previous run died');
    await serverIsBack();
    typed.signal('SIGTERM', 'command');
    await typed.ended;
    expect(typed.output).toContain('Stopping SIGTERM');
    await gone();
  });

  it('ends in the middle of a start when its terminal is closed', async () => {
    const typed = start(directory);
    await typed.says('✓ broker');
    typed.signal('SIGHUP', 'terminal');
    await typed.ended;
    expect(typed.output).not.toContain('Running');
    await gone();
  });

  it('can be cleaned away, with everything it made at the engine', async () => {
    const typed = clean(directory);
    expect(await typed.ended, typed.output).toBe(0);
    expect(existsSync(directory)).toBe(false);
    await gone();
    expect(await keptAtEngine(directory)).toEqual([]);
  });
});
