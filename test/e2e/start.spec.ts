import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CLONE, labelOf } from '@ocx/local-exchange/layout';
import { portsAt } from '@ocx/local-exchange/ports';
import { SecureShell } from '@ocx/local-exchange/tour/secure-shell';
import { addressOf } from '@ocx/local-exchange/tour/tenant';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExchangeUnderTest, START_PORT_OFFSET, type TestTenant } from '../test-exchange.js';

const run = promisify(execFile);
/** Where Debian's clients are; another `python3` first in PATH does not see them. */
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Set-up included, which builds first where sources have changed. */
const UP_WITHIN_MS = 240_000;
const GONE_WITHIN_MS = 90_000;

/** `npm start` or `npm run clean` as a person types it, in a process group of its own as a terminal makes one. */
class Npm {
  output = '';
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(...args: string[]) {
    const env = { ...process.env, OCX_PORT_OFFSET: String(START_PORT_OFFSET) };
    this.child = spawn('npm', args, { cwd: CLONE, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async says(words: string): Promise<void> {
    await expect.poll(() => this.output, { timeout: UP_WITHIN_MS, interval: 100 }).toContain(words);
  }

  /** To npm alone, or to everybody at its terminal. */
  signal(name: NodeJS.Signals, whom: 'npm' | 'terminal'): void {
    process.kill(whom === 'npm' ? this.pid : -this.pid, name);
  }
}

const start = (directory: string) => new Npm('start', '--', '--no-tour', '--directory', directory);
const clean = (directory: string) => new Npm('run', 'clean', '--', '--directory', directory);

/** Command lines of processes that name the directory: services do in their environment, others in their arguments. */
async function processesOf(directory: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
      const [command, environment] = await Promise.all([read('cmdline'), read('environ')]);
      return `${command}${environment}`.includes(`${directory}/`) ? [command.replaceAll('\0', ' ')] : [];
    }),
  );
  return found.flat();
}

/** Everything of the exchange in `directory` that is on this machine outside of it. */
async function tracesOf(directory: string): Promise<Record<string, string[]>> {
  const lines = async (command: string, ...args: string[]) =>
    (await run(command, args)).stdout.split('\n').filter(Boolean);
  const containers = await Promise.all(
    ['harvard', 'mit'].map((name) =>
      lines('docker', 'ps', '--quiet', '--filter', `label=ocx.landlord=${name}-${labelOf(directory)}`),
    ),
  );
  return {
    processes: await processesOf(directory),
    containers: containers.flat(),
    mounts: (await readFile('/proc/self/mountinfo', 'utf8'))
      .split('\n')
      .filter((line) => line.includes(`${directory}/`)),
    loops: (await lines('losetup', '--list', '--noheadings', '--output', 'NAME,BACK-FILE')).filter((line) =>
      line.includes(`${directory}/`),
    ),
  };
}

const NOTHING = { processes: [], containers: [], mounts: [], loops: [] };

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
    await expect.poll(() => tracesOf(directory), { timeout: GONE_WITHIN_MS }).toEqual(NOTHING);
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
    const npm = start(directory);
    expect(await npm.ended).toBe(1);
    expect(npm.output).toContain(`In use by another program: port ${String(broker)} (broker).`);
    expect(npm.output).not.toMatch(/\n {4}at /);
    await new Promise((resolve) => squatter.close(resolve));
    await gone();
  });

  it('runs, writes what a person needs, and ends with a Ctrl-C', async () => {
    const npm = start(directory);
    await npm.says('Running');
    expect(npm.output).toContain('openstack server create');
    const admin = join(directory, 'openrc-admin');
    expect((await stat(admin)).mode & 0o777).toBe(0o600);
    const password = (await readFile(join(directory, 'secrets', 'admin-password'), 'utf8')).trim();
    expect(await readFile(admin, 'utf8')).toContain(password);
    expect(npm.output).not.toContain(password);

    // The commands that it prints work as they are printed.
    const commands = npm.output.split('\n').filter((line) => /^ {4}(source|openstack) /.test(line));
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
    expect((await tracesOf(directory)).containers).toHaveLength(1);

    // As a terminal does it: to npm and to everything it started at once.
    npm.signal('SIGINT', 'terminal');
    await npm.ended;
    expect(npm.output).toContain('Stopping SIGINT');
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

    const npm = start(directory);
    await npm.says('Running');
    expect(npm.output).toContain('A previous run died');
    await serverIsBack();
    npm.signal('SIGTERM', 'npm');
    await npm.ended;
    expect(npm.output).toContain('Stopping SIGTERM');
    await gone();
  });

  it('ends in the middle of a start when its terminal is closed', async () => {
    const npm = start(directory);
    await npm.says('✓ broker');
    npm.signal('SIGHUP', 'terminal');
    await npm.ended;
    expect(npm.output).not.toContain('Running');
    await gone();
  });

  it('can be cleaned away, with everything it made at the engine', async () => {
    const npm = clean(directory);
    expect(await npm.ended, npm.output).toBe(0);
    expect(existsSync(directory)).toBe(false);
    await gone();
    for (const landlord of ['harvard', 'mit']) {
      const label = `${landlord}-${labelOf(directory)}`;
      for (const kind of [['ps', '--all'], ['network', 'ls'], ['images']]) {
        const { stdout } = await run('docker', [...kind, '--quiet', '--filter', `label=ocx.landlord=${label}`]);
        expect(stdout).toBe('');
      }
      expect((await run('docker', ['images', '--quiet', `ocx-${label}/*`])).stdout).toBe('');
    }
  });
});
