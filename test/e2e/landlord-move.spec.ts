import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CLONE } from '@ocx/local-exchange/layout';
import { SecureShell } from '@ocx/local-exchange/tour/secure-shell';
import { addressOf, type Server } from '@ocx/local-exchange/tour/tenant';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { ExchangeUnderTest, MOVE_PORT, TEST_PORTS, type TestTenant } from '../test-exchange.js';

const run = promisify(execFile);
const CALLERS = 4;
/** Long enough for everybody to have heard of a move. */
const SETTLED_MS = 3_000;

const Shown = z.object({ landlord: z.object({ id: z.string(), jkt: z.string(), region: z.string() }) });
const Listed = z.object({ landlords: z.array(z.object({ id: z.string(), name: z.string() })) });
const About = z.object({ endpoint: z.string(), region: z.string() });
const Dropped = z.object({ dropped: z.record(z.string(), z.number()) });

/** A landlord whose servers are in use goes to another port, with another key, and comes back. */
describe('a landlord that moves while it is in use', () => {
  let exchange: ExchangeUnderTest;
  let directory: string;
  let member: TestTenant;
  let shell: SecureShell;
  let server: Server;
  let volumeId: string;
  let landlordId: string;
  let containers: string[];
  const servers: string[] = [];
  const away = `http://127.0.0.1:${String(MOVE_PORT)}`;

  const order = async (name: string) => {
    const image = await member.tenant.imageNamed('demonstration');
    const made = await member.tenant.createServer({
      name,
      flavor: 'm1.tiny',
      image,
      keyName: 'laptop',
      zone: 'harvard',
    });
    servers.push(made.id);
    return made;
  };
  const ssh = (command: string) => shell.run(addressOf(server), command);
  const shown = async () => {
    const url = `${exchange.urls.broker}/exchange/v1/landlords/${landlordId}`;
    return (await member.session.get(Shown, url)).landlord;
  };
  const dropped = async () => {
    const url = `${exchange.urls.broker}/exchange/v1/landlords/${landlordId}/misbehaviour`;
    return (await exchange.operator.session.get(Dropped, url)).dropped;
  };
  const about = async (url: string) => About.parse(await (await fetch(`${url}/landlord/v1`)).json());
  const move = async (...options: string[]) => {
    const password = await exchange.secret('database-harvard');
    const url = `postgres://harvard:${password}@127.0.0.1:${String(TEST_PORTS.postgres)}/harvard`;
    const command = join(CLONE, 'packages', 'landlord-kit', 'dist', 'move-landlord.js');
    return (await run(process.execPath, [command, ...options], { env: { ...process.env, DATABASE_URL: url } })).stdout;
  };

  /** Calls that reach the landlord, without pause while `work` is done and a while after; how many, and what failed. */
  async function inUse(work: () => Promise<unknown>): Promise<{ calls: number; failures: string[] }> {
    const seen = { calls: 0, failures: [] as string[], over: false };
    const call = async () => {
      while (!seen.over) {
        const status = await member.tenant.server(server.id).then(
          (found) => found.status,
          (error: unknown) => String(error),
        );
        seen.calls += 1;
        if (status !== 'ACTIVE') seen.failures.push(status);
      }
    };
    const callers = Array.from({ length: CALLERS }, call);
    try {
      await work();
      await sleep(SETTLED_MS);
    } finally {
      seen.over = true;
      await Promise.all(callers);
    }
    return seen;
  }

  beforeAll(async () => {
    exchange = await ExchangeUnderTest.open(inject('exchangeDirectory'));
    directory = await mkdtemp(join(tmpdir(), 'ocx-move-'));
    member = await exchange.newTenant('mover');
    shell = await SecureShell.create(directory);
    await member.tenant.importKeyPair('laptop', shell.publicKey);
    const { landlords } = await member.session.get(Listed, `${exchange.urls.broker}/exchange/v1/landlords`);
    landlordId = landlords.find(({ name }) => name === 'harvard')?.id ?? '';
    [server, { id: volumeId }] = await Promise.all([order('in-use'), member.tenant.createVolume('data', 1, 'granite')]);
    await member.tenant.attach(server.id, volumeId);
    await ssh('echo before > /volumes/vdb/when && sync');
    containers = await exchange.containersOf('harvard', server.id);
  });
  afterAll(async () => {
    for (const id of servers) await member.tenant.deleteServer(id);
    await member.tenant.deleteVolumeWhenFree(volumeId);
    await rm(directory, { recursive: true, force: true });
  });

  it('refuses no request on its way to another port with another key', async () => {
    const before = await shown();
    const use = await inUse(() => move('--endpoint', away, '--port', String(MOVE_PORT), '--new-key'));
    expect(use.failures).toEqual([]);
    expect(use.calls).toBeGreaterThan(20);
    const after = await shown();
    expect(after).toMatchObject({ id: before.id, region: 'harvard' });
    expect(after.jkt).not.toBe(before.jkt);
    expect(await about(away)).toEqual({ endpoint: away, region: 'harvard' });
  });

  it('keeps its servers and what is attached to them', async () => {
    expect(await exchange.containersOf('harvard', server.id)).toEqual(containers);
    expect((await ssh('cat /volumes/vdb/when')).trim()).toBe('before');
    await ssh('echo after > /volumes/vdb/when && sync');
    await member.tenant.detach(server.id, volumeId);
    await member.tenant.attach(server.id, volumeId);
    expect((await ssh('cat /volumes/vdb/when')).trim()).toBe('after');
  });

  it('sells under its new signature, and nothing of it is dropped', async () => {
    const more = await order('after-the-move');
    expect(more.status).toBe('ACTIVE');
    await member.tenant.deleteServer(more.id);
    servers.splice(servers.indexOf(more.id), 1);
    expect(await dropped()).toEqual({});
  });

  it('comes back, with a third key', async () => {
    const use = await inUse(() => move('--endpoint', exchange.urls.landlords.harvard, '--new-key'));
    expect(use.failures).toEqual([]);
    expect((await about(exchange.urls.landlords.harvard)).endpoint).toBe(exchange.urls.landlords.harvard);
    // Whoever has not heard of it yet still finds it where it was.
    expect((await about(away)).endpoint).toBe(exchange.urls.landlords.harvard);
    expect(await exchange.containersOf('harvard', server.id)).toEqual(containers);
    expect(await dropped()).toEqual({});
    expect(await move('--show')).toContain('(move 2)');
  });
});
