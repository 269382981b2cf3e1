import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { COMPUTE_LANDLORDS, labelOf } from '@ocx/local-exchange/layout';
import { bridgePrefixOf } from '@ocx/local-exchange/removal';
import { DEFAULT_DOCKER_HOST } from '@ocx/local-exchange/supervisor/engine';
import { privilegesOf } from '@ocx/local-exchange/supervisor/privileges';
import { SecureShell } from '@ocx/local-exchange/tour/secure-shell';
import { addressOf } from '@ocx/local-exchange/tour/tenant';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExchangeUnderTest, OTHER_USER_PORT_OFFSET, type TestTenant } from '../test-exchange.js';
import { AnotherUser } from './another-user.js';
import { keptAtEngine, NO_TRACES, processesOf, tracesOf } from './traces.js';
import type { TypedCommand } from './typed-command.js';

const GONE_WITHIN_MS = 30_000;

/** The exchange of a user who is in the group of the Docker engine and not root; one directory through all of it. */
describe('npm start by a user who is not root', { timeout: 120_000 }, () => {
  let user: AnotherUser;
  let directory: string;
  let typed: TypedCommand;
  let shell: SecureShell;
  let member: TestTenant;
  let serverId: string;
  let device: string;

  const start = (...options: string[]) =>
    user.runs('start', [...options, '--directory', directory], { OCX_PORT_OFFSET: String(OTHER_USER_PORT_OFFSET) });
  const address = async () => addressOf(await member.tenant.server(serverId));
  const firewallRules = async () => {
    const { shell: root } = await privilegesOf(process.env['DOCKER_HOST'] ?? DEFAULT_DOCKER_HOST);
    const prefixes = COMPUTE_LANDLORDS.map((name) => bridgePrefixOf(`${name}-${labelOf(directory)}`));
    const rules = (await root('iptables -S INPUT')).split('\n');
    return rules.filter((rule) => prefixes.some((prefix) => rule.includes(`-i ${prefix}+ `)));
  };
  const gone = async () => {
    await expect.poll(() => tracesOf(directory), { timeout: GONE_WITHIN_MS }).toEqual(NO_TRACES);
  };

  beforeAll(async () => {
    user = await AnotherUser.create();
    directory = join(user.workspace, 'state');
    typed = start();
    await typed.says('Running');
    shell = await SecureShell.create(join(user.workspace, 'ssh'));
  });
  afterAll(async () => {
    await typed.end();
    if (existsSync(directory)) await user.runs('clean', ['--directory', directory]).ended;
    await user.remove();
  });

  it('carries out the main job, and every process of it is that user’s', async () => {
    expect(typed.output).toContain('7 of 7');
    const processes = await processesOf(directory);
    const owners = await Promise.all(processes.map(async ({ pid }) => (await stat(`/proc/${String(pid)}`)).uid));
    expect(new Set(owners)).toEqual(new Set([user.uid]));
    const commands = processes.map(({ command }) => command).join('\n');
    for (const program of ['compute/bundle/main.js', 'bin/postgres', 'php']) expect(commands).toContain(program);
  });

  it('mounts volumes into servers, and keeps servers away from what listens on the host', async () => {
    const seen = await ExchangeUnderTest.open(directory);
    member = await seen.newTenant('modest');
    const { tenant } = member;
    await tenant.importKeyPair('laptop', shell.publicKey);
    const image = await tenant.imageNamed('demonstration');
    serverId = (await tenant.createServer({ name: 'modest', flavor: 'm1.tiny', image, keyName: 'laptop' })).id;
    const volume = await tenant.createVolume('modest', 1, 'bluestone');
    device = await tenant.attach(serverId, volume.id);
    await shell.run(await address(), `echo in the volume > /volumes/${device}/note; sync`);
    expect((await tracesOf(directory)).loops).toHaveLength(1);
    expect(await firewallRules()).toHaveLength(2);

    const listener = createServer((socket) => socket.end('the host')).listen(0, '0.0.0.0');
    await once(listener, 'listening');
    const route = await shell.run(await address(), 'ip route show default');
    const gateway = /via (\S+)/.exec(route)?.[1] ?? '';
    const { port } = listener.address() as AddressInfo;
    expect(await text(connect(port, gateway))).toBe('the host');
    const askedFor = async (where: string) => shell.run(await address(), `nc -w 2 ${where} </dev/null; true`);
    expect(await askedFor('127.0.0.1 22')).toMatch(/^SSH-2.0/);
    expect(await askedFor(`${gateway} ${String(port)}`)).toBe('');
    listener.close();
  });

  it('takes all of it away on Ctrl-C, and brings it back', async () => {
    typed.signal('SIGINT', 'command');
    expect(await typed.ended, typed.output).toBe(0);
    expect(typed.output).toContain('Stopping SIGINT');
    await gone();

    typed = start('--no-tour');
    await typed.says('Running');
    await expect.poll(async () => (await member.tenant.server(serverId)).status, { timeout: 60_000 }).toBe('ACTIVE');
    const read = async () => shell.run(await address(), `cat /volumes/${device}/note`);
    await expect.poll(() => read().catch(String), { timeout: 60_000 }).toBe('in the volume');
  });

  it('is cleaned away although a kill -9 of everything has left mounts that are root’s', async () => {
    const files = (await readdir(join(directory, 'run'))).map((file) => join('run', file));
    for (const file of ['exchange.pid', ...files]) {
      process.kill(Number((await readFile(join(directory, file), 'utf8')).split(' ')[0]), 'SIGKILL');
    }
    await typed.ended;
    const left = await tracesOf(directory);
    expect([left['mounts'], left['loops'], await firewallRules()]).not.toContainEqual([]);

    const clean = user.runs('clean', ['--directory', directory]);
    expect(await clean.ended, clean.output).toBe(0);
    expect(existsSync(directory)).toBe(false);
    await gone();
    expect([await keptAtEngine(directory), await firewallRules()]).toEqual([[], []]);
  });
});
