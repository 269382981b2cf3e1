import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Exchange } from '@ocx/local-exchange/exchange';
import { removeExchange } from '@ocx/local-exchange/removal';
import { addressOf, landlordOf } from '@ocx/local-exchange/tour/tenant';
import { SecureShell } from '@ocx/local-exchange/tour/secure-shell';
import { landlordsEnrolled } from '@ocx/local-exchange/operator/readiness';
import type { ServiceName } from '@ocx/local-exchange/layout';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { verifiedAuditTrail } from './audit-trail.js';
import { SteadyWriter } from './steady-writer.js';
import { ExchangeUnderTest, FAULT_NETWORK_POOLS, FAULT_PORTS, type TestTenant } from '../test-exchange.js';

const run = promisify(execFile);
const COMPUTE = { 'openstack-api-version': 'compute 2.79' };
const Leases = z.object({
  leases: z.array(
    z.object({ id: z.string(), state: z.string(), resource: z.object({ id: z.string() }), cost: z.string() }),
  ),
});

/** Crashes of single parties under a running exchange; this one is theirs to break. */
describe('an exchange whose parties crash', () => {
  let exchange: Exchange;
  let directory: string;
  let seen: ExchangeUnderTest;
  let member: TestTenant;
  let shell: SecureShell;
  let image: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ocx-faults-'));
    exchange = await Exchange.start({ directory, ports: FAULT_PORTS, networkPools: FAULT_NETWORK_POOLS });
    seen = await ExchangeUnderTest.open(directory);
    member = await seen.newTenant('faults');
    shell = await SecureShell.create(join(directory, 'ssh'));
    await member.tenant.importKeyPair('laptop', shell.publicKey);
    image = await member.tenant.imageNamed('demonstration');
  });
  afterAll(async () => {
    await exchange.stop();
    await removeExchange(directory);
  });

  const order = (name: string, zone?: string) => ({
    name,
    flavor: 'm1.tiny',
    image,
    keyName: 'laptop',
    ...(zone === undefined ? {} : { zone }),
  });
  const nova = () => member.session.endpoint('compute', 'exchange');
  const post = (name: string) =>
    member.session.call({
      method: 'POST',
      url: `${nova()}/servers`,
      headers: COMPUTE,
      json: { server: { name, imageRef: image, flavorRef: 'm1.tiny', networks: 'auto' } },
    });
  const leases = async () =>
    (await member.session.get(Leases, `${seen.urls.broker}/exchange/v1/leases?limit=200`)).leases;
  const settled = ['settled', 'refused', 'failed'];
  const restart = async (name: ServiceName) => {
    await exchange.service(name).start();
    await landlordsEnrolled(seen.operator);
  };
  const matches = async () => {
    const servers = await member.tenant.servers();
    const differs: string[] = [];
    for (const landlord of ['harvard', 'mit'] as const) {
      const active = servers.filter((one) => landlordOf(one) === landlord && one.status === 'ACTIVE').length;
      const running = (await seen.containersOf(landlord)).length;
      if (running !== active) differs.push(`${landlord}: ${running} containers, ${active} ACTIVE servers`);
    }
    return differs;
  };
  const deleteAll = async () => {
    for (const server of await member.tenant.servers()) await member.tenant.deleteServer(server.id);
    for (const volume of await member.tenant.volumes()) await member.tenant.deleteVolume(volume.id);
    await expect.poll(() => seen.containersOf('harvard'), { timeout: 60_000 }).toEqual([]);
    await expect.poll(() => seen.containersOf('mit'), { timeout: 60_000 }).toEqual([]);
  };

  afterEach(deleteAll);

  it('fails over when a landlord is killed in the middle of a create, leaves no orphan, and charges nothing for it', async () => {
    // One server first, so that the image and the network are there and the kill meets the create itself.
    await member.tenant.createServer(order('warm'));
    const orders = Array.from({ length: 4 }, (_, index) => post(`struck-${index}`));
    exchange.service('harvard').kill();
    const answers = await Promise.allSettled(orders);
    for (const answer of answers) {
      if (answer.status === 'rejected') expect(String(answer.reason)).toMatch(/answered (403|409|500|503): .+/);
    }
    await restart('harvard');
    const building = async () => (await member.tenant.servers()).filter((server) => server.status === 'BUILD');
    await expect.poll(building, { timeout: 90_000 }).toEqual([]);
    const servers = await member.tenant.servers();
    expect(servers.filter((server) => server.status === 'ACTIVE').length).toBeGreaterThanOrEqual(1);
    await expect.poll(matches, { timeout: 60_000 }).toEqual([]);
    const alive = new Set(servers.map((server) => server.id));
    await expect
      .poll(async () => (await leases()).filter((one) => !alive.has(one.resource.id) && !settled.includes(one.state)), {
        timeout: 60_000,
      })
      .toEqual([]);
    const undone = (await leases()).filter((one) => ['refused', 'failed'].includes(one.state));
    expect(undone.every((one) => one.cost === '0')).toBe(true);
  });

  it('lists what a dead landlord holds from the index, marked, and everything else as ever', async () => {
    const atMit = await member.tenant.createServer(order('at-mit', 'mit'));
    const atHarvard = await member.tenant.createServer(order('at-harvard', 'harvard'));
    const list = () => member.session.call({ url: `${nova()}/servers/detail`, headers: COMPUTE });
    exchange.service('mit').kill();
    try {
      await expect.poll(async () => (await list()).headers['x-ocx-partial'], { timeout: 30_000 }).toBe('mit');
      const servers = await member.tenant.servers();
      // Nova's form for what a down cell holds: from 2.69 on it has no name.
      expect(Object.fromEntries(servers.map((server) => [server.id, server.status]))).toEqual({
        [atMit.id]: 'UNKNOWN',
        [atHarvard.id]: 'ACTIVE',
      });
      expect((await member.tenant.server(atMit.id)).status).toBe('UNKNOWN');
      // Before 2.69 Nova has no form for it, and nothing is made up.
      await expect(member.session.call({ url: `${nova()}/servers/${atMit.id}` })).rejects.toThrow('503');
      expect((await member.tenant.server(atHarvard.id)).status).toBe('ACTIVE');
    } finally {
      await restart('mit');
    }
    await expect.poll(async () => (await list()).headers['x-ocx-partial'], { timeout: 60_000 }).toBeUndefined();
  });

  it('lets a server see a pause and no error when its volume’s landlord is killed and comes back', async () => {
    const server = await member.tenant.createServer(order('writer', 'harvard'));
    const volume = await member.tenant.createVolume('kept', 1, 'bluestone');
    const device = await member.tenant.attach(server.id, volume.id);
    const address = addressOf(server);
    const file = `/volumes/${device}/log`;
    const write = `i=0; while [ $i -lt 60 ]; do echo line $i >> ${file} && sync ${file} || echo FAILED; i=$((i+1)); sleep 0.1; done; tail -1 ${file}`;
    const writing = shell.run(address, write);
    // The export dies with the landlord: a machine that goes down takes both.
    exchange.service('bluestone').kill();
    await run('pkill', ['--signal', 'KILL', '--full', `nbdkit.*${volume.id}`]).catch(() => undefined);
    await restart('bluestone');
    expect(await writing).toBe('line 59');
    await member.tenant.detach(server.id, volume.id);
  });

  it('completes or undoes every lease after the broker was killed', async () => {
    const orders = Array.from({ length: 6 }, (_, index) => post(`cut-${index}`).catch(() => undefined));
    exchange.service('broker').kill();
    await Promise.all(orders);
    await restart('broker');
    const open = async () => (await leases()).filter((one) => !['active', ...settled].includes(one.state));
    await expect.poll(open, { timeout: 90_000 }).toEqual([]);
    await expect.poll(matches, { timeout: 60_000 }).toEqual([]);
  });

  it('loses no acknowledged write when identity, or PostgreSQL under everybody, is killed', async () => {
    const writer = new SteadyWriter(seen.operator.session, seen.urls.identity, 4);
    const goesOn = async () => {
      const before = writer.count;
      await expect.poll(() => writer.count, { timeout: 60_000 }).toBeGreaterThan(before + 20);
    };
    await goesOn();
    exchange.service('identity').kill();
    await exchange.service('identity').start();
    await goesOn();
    await exchange.crashPostgres();
    await goesOn();
    // The kills met writes that were under way.
    expect(writer.failures).toBeGreaterThan(0);
    expect(await writer.lost()).toEqual([]);
    expect(await verifiedAuditTrail(seen.operator.session, seen.urls.identity)).toMatch(/^\d+ records, whole;/);
    // Everybody else found it again too.
    await landlordsEnrolled(seen.operator);
    expect((await member.tenant.createServer(order('afterwards'))).status).toBe('ACTIVE');
  });

  it('brings ACTIVE servers and attachments back with their data after everything was stopped', async () => {
    const server = await member.tenant.createServer(order('lasting', 'mit'));
    const volume = await member.tenant.createVolume('lasting', 1, 'granite');
    const device = await member.tenant.attach(server.id, volume.id);
    await shell.run(addressOf(server), `echo here > /volumes/${device}/note; echo there > /root/note; sync`);
    await exchange.stop();
    expect(
      (await run('docker', ['ps', '--quiet', '--filter', `label=ocx.landlord=mit-${exchange.label}`])).stdout,
    ).toBe('');
    exchange = await Exchange.start({ directory, ports: FAULT_PORTS, networkPools: FAULT_NETWORK_POOLS });
    await expect.poll(async () => (await member.tenant.server(server.id)).status, { timeout: 60_000 }).toBe('ACTIVE');
    const back = addressOf(await member.tenant.server(server.id));
    await expect
      .poll(() => shell.run(back, `cat /root/note /volumes/${device}/note`).catch(String), { timeout: 60_000 })
      .toBe('there\nhere');
    await member.tenant.detach(server.id, volume.id);
  });
});
