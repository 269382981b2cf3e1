import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { ServerDetail } from '@ocx/openstack-api/compute/servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateKeypair } from '../src/keypairs/keypair.js';
import { ComputeWorld } from './compute-world.js';

const OTHER = { project: { id: 'b'.repeat(32), name: 'other' }, userId: 'c'.repeat(32) };
const EVENTUALLY = { timeout: 30_000, interval: 100 };

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 });
    const finish = (result: boolean) => () => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', finish(true)).once('error', finish(false)).once('timeout', finish(false));
  });
}

interface Shown {
  server: ServerDetail;
}

describe('servers', () => {
  let world: ComputeWorld;
  let image: string;

  beforeAll(async () => {
    world = await ComputeWorld.start();
    image = await world.image();
  });
  afterAll(async () => {
    await world.stop();
  });

  const create = async (body: Record<string, unknown> = {}, version = '2.1', user = {}) =>
    world.call<{ server: { id: string } }>('POST', '/v2.1/servers', {
      body: { server: { name: 'one', imageRef: image, flavorRef: 'm1.tiny', ...body } },
      version,
      user,
    });
  const show = async (id: string, version = '2.1') =>
    (await world.call<Shown>('GET', `/v2.1/servers/${id}`, { version })).json.server;
  const status = async (id: string) => (await show(id)).status;
  const active = async (id: string) => {
    await expect.poll(() => status(id), EVENTUALLY).toBe('ACTIVE');
    return id;
  };
  const remove = async (id: string, user = {}) => {
    expect((await world.call('DELETE', `/v2.1/servers/${id}`, { user })).status).toBe(204);
    await expect
      .poll(async () => (await world.call('GET', `/v2.1/servers/${id}`, { user })).status, EVENTUALLY)
      .toBe(404);
    expect(await world.container(id)).toBeUndefined();
  };

  it('run as containers with the limits of their flavor and no added privilege', async () => {
    const key = await world.call<{ keypair: { public_key: string } }>('POST', '/v2.1/os-keypairs', {
      body: { keypair: { name: 'k1' } },
    });
    const created = await create({ key_name: 'k1', user_data: Buffer.from('#!/bin/sh\n').toString('base64') });
    expect([created.status, created.text]).toEqual([202, created.text]);
    const { id } = created.json.server;
    await active(id);
    const container = await world.container(id);
    expect(container?.HostConfig).toMatchObject({
      Memory: 128 * 1024 * 1024,
      NanoCpus: 1e9,
      PidsLimit: 512,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Privileged: false,
    });
    expect(container?.HostConfig.CapAdd).not.toContain('NET_RAW');
    expect((await world.inside(id, 'cat', '/root/.ssh/authorized_keys')).output.trim()).toBe(
      key.json.keypair.public_key,
    );
    expect((await world.inside(id, 'cat', '/var/lib/cloud/seed/nocloud/user-data')).output.trim()).toBe('#!/bin/sh');
    const shown = await show(id);
    const [address] = Object.values(shown.addresses)[0] ?? [];
    expect((await world.inside(id, 'ip', 'addr')).output).toContain(address?.addr);
    await remove(id);
  });

  it('are shown strictly by microversion', async () => {
    const { id } = (await create()).json.server;
    await active(id);
    for (const minor of [1, 3, 9, 19, 26, 47, 63, 71, 73, 90]) {
      const body = await show(id, `2.${minor}`);
      expect(ServerDetail.safeParse(body).success).toBe(true);
      expect('locked' in body).toBe(minor >= 9);
      expect('tags' in body).toBe(minor >= 26);
      expect('original_name' in body.flavor).toBe(minor >= 47);
      expect('OS-EXT-SRV-ATTR:hostname' in body).toBe(minor >= 90);
    }
    const list = await world.call<{ servers: { id: string }[] }>('GET', '/v2.1/servers?limit=1');
    expect(list.json.servers.map((server) => server.id)).toEqual([id]);
    expect(list.headers.get('openstack-api-version')).toBe('compute 2.1');
    await remove(id);
  });

  it('stop, start, reboot and tell their console', async () => {
    const talkative = await world.image(['/bin/sh', '-c', 'echo hello from inside; exec sleep 100000']);
    const { id } = (await create({ imageRef: talkative })).json.server;
    await active(id);
    const act = async (body: unknown) => (await world.call('POST', `/v2.1/servers/${id}/action`, { body })).status;
    const output = await world.call<{ output: string }>('POST', `/v2.1/servers/${id}/action`, {
      body: { 'os-getConsoleOutput': { length: 10 } },
    });
    expect(output.json.output).toContain('hello from inside');
    expect(await act({ reboot: { type: 'HARD' } })).toBe(202);
    await active(id);
    expect(await act({ 'os-start': null })).toBe(409);
    expect(await act({ 'os-stop': null })).toBe(202);
    await expect.poll(() => status(id), EVENTUALLY).toBe('SHUTOFF');
    expect((await world.container(id))?.State.Running).toBe(false);
    expect(await act({ 'os-start': null })).toBe(202);
    await active(id);
    expect(await act({ explode: null })).toBe(400);
    await remove(id);
  });

  it('keep metadata', async () => {
    const { id } = (await create({ metadata: { a: '1' } })).json.server;
    const at = `/v2.1/servers/${id}/metadata`;
    const added = await world.call('POST', at, { body: { metadata: { b: '2' } } });
    expect([added.status, added.json]).toEqual([200, { metadata: { a: '1', b: '2' } }]);
    expect((await world.call('DELETE', `${at}/a`)).status).toBe(204);
    expect((await world.call('GET', at)).json).toEqual({ metadata: { b: '2' } });
    expect((await world.call('GET', `${at}/a`)).status).toBe(404);
    await active(id);
    await remove(id);
  });

  it('of another project are neither seen nor reached', async () => {
    const user = OTHER;
    const theirImage = await world.image(['/bin/sh', '-c', 'while :; do nc -l -p 7 < /dev/null; done'], user);
    const mine = (await create()).json.server.id;
    const theirs = (await create({ imageRef: theirImage, name: 'theirs' }, '2.1', user)).json.server.id;
    await active(mine);
    await expect
      .poll(
        async () => (await world.call<Shown>('GET', `/v2.1/servers/${theirs}`, { user })).json.server.status,
        EVENTUALLY,
      )
      .toBe('ACTIVE');
    expect((await world.call('GET', `/v2.1/servers/${theirs}`)).status).toBe(404);
    expect((await world.call('DELETE', `/v2.1/servers/${theirs}`)).status).toBe(404);
    const shown = await world.call<Shown>('GET', `/v2.1/servers/${theirs}`, { user });
    const address = Object.values(shown.json.server.addresses)[0]?.[0]?.addr ?? '';
    // The server does answer its own host, so silence means isolation.
    await expect.poll(() => answers(address, 7), EVENTUALLY).toBe(true);
    const { code } = await world.inside(mine, 'nc', '-w', '2', address, '7');
    expect(code).not.toBe(0);
    // Nor this host's own services, on the gateway of its network.
    const gateway = Object.values((await show(mine)).addresses)[0]?.[0]?.addr.replace(/\d+$/, '1') ?? '';
    const everywhere = createServer().listen(0, '0.0.0.0');
    await once(everywhere, 'listening');
    const { port } = everywhere.address() as AddressInfo;
    expect(await answers(gateway, port)).toBe(true);
    const host = await world.inside(mine, 'nc', '-w', '2', gateway, String(port));
    everywhere.close();
    expect(host.code).not.toBe(0);
    await remove(mine);
    await remove(theirs, user);
  });

  it('refuse bad input in Nova’s own form, and nothing is made', async () => {
    const bad: [Record<string, unknown>, string][] = [
      [{ name: 'x'.repeat(256) }, '2.1'],
      [{ name: '' }, '2.1'],
      [{ imageRef: randomUUID() }, '2.1'],
      [{ imageRef: '../../x' }, '2.1'],
      [{ flavorRef: 'none' }, '2.1'],
      [{ unknown: true }, '2.1'],
      [{ tags: ['a'] }, '2.1'],
      [{ key_name: 'no-such-key' }, '2.1'],
      [{ availability_zone: 'zone:host' }, '2.1'],
      [{ user_data: 'not base64!' }, '2.1'],
      [{}, '2.37'],
    ];
    for (const [body, version] of bad) {
      const answer = await create(body, version);
      expect([body, answer.status, Object.keys(answer.json)]).toEqual([body, 400, ['badRequest']]);
    }
    const over = await create({ min_count: 11, max_count: 11 });
    expect(over.status).toBe(403);
    expect(over.text).toContain('Quota exceeded for instances');
    const malformed = await world.call('POST', '/v2.1/servers', {
      body: '{',
      headers: { 'content-type': 'application/json' },
    });
    expect(malformed.status).toBe(400);
    expect((await world.call('GET', '/v2.1/servers/no-such')).status).toBe(404);
    expect((await world.call('GET', '/v2.1/servers', { version: '2.999' })).status).toBe(406);
    expect(await world.ofLabel()).toEqual([]);
  });

  it('at home and under leases share one capacity, which is never exceeded', async () => {
    const product = { type: 'server' as const, id: 'm1.small' };
    const rented = await world.exchange.rent(world.landlord, { product });
    const capacity = async () => (await world.exchange.offer(world.landlord, product)).capacity;
    const free = await capacity();
    const { status, json } = await create({ flavorRef: 'm1.small' });
    expect([status, await capacity()]).toEqual([202, free - 1]);
    // More than is left, while the quota of the project would allow it.
    const over = await create({ flavorRef: 'm1.medium', min_count: 5 });
    expect([over.status, Object.keys(over.json)]).toEqual([403, ['forbidden']]);
    expect(over.text).toContain('No valid host was found');
    expect(await capacity()).toBe(free - 1);
    await active(json.server.id);
    await remove(json.server.id);
    expect(await capacity()).toBe(free);
    const ender = world.caller.as({ access: { actions: ['end'], lease_id: rented.id } });
    expect((await ender.post(`/landlord/v1/leases/${rented.id}/end`)).status).toBe(200);
  });

  it('under a lease bear its id, boot with its keys, and end with it', async () => {
    const pinned = await world.exchangeImage();
    const product = { type: 'server' as const, id: 'm1.tiny' };
    const lease = await world.exchange.draft(world.landlord, { product });
    const { publicKey } = generateKeypair('broker');
    const boot = { public_keys: [publicKey], hostname: 'rented' };
    const jws = await world.exchange.sign(lease);
    const claim = (unchecked: object) => world.exchange.claim(world.landlord, lease, { jws, boot: unchecked });
    expect((await claim({ ...boot, hostname: 'a..b' })).status).toBe(400);
    expect((await claim({ ...boot, public_keys: ['no key'] })).status).toBe(400);
    expect((await claim(boot)).status).toBe(201);
    expect((await claim({ public_keys: [], hostname: 'another' })).status).toBe(201);
    const tenant = world.caller.as({ access: { actions: ['create', 'read', 'write'], lease_id: lease.id } });
    const body = { server: { name: 'rented', imageRef: pinned, flavorRef: 'm1.tiny', key_name: 'at-the-broker' } };
    const first = await tenant.post<{ server: { id: string } }>('/v2.1/servers', body);
    expect([first.status, first.json.server.id]).toEqual([202, lease.resource.id]);
    expect((await tenant.post<{ server: { id: string } }>('/v2.1/servers', body)).status).toBe(202);
    const path = `/v2.1/servers/${lease.resource.id}`;
    await expect.poll(async () => (await tenant.get<Shown>(path)).json.server.status, EVENTUALLY).toBe('ACTIVE');
    expect((await world.inside(lease.resource.id, 'cat', '/root/.ssh/authorized_keys')).output.trim()).toBe(publicKey);
    expect((await world.inside(lease.resource.id, 'hostname')).output.trim()).toBe('rented');
    expect((await world.call('GET', path)).status).toBe(404);
    expect((await tenant.delete(path)).status).toBe(204);
    await expect.poll(async () => (await tenant.get(path)).status, EVENTUALLY).toBe(404);
    expect(await world.container(lease.resource.id)).toBeUndefined();
    const feed = world.caller.feed();
    const leases = async () =>
      (await feed.get<{ leases: { id: string; state: string }[] }>('/landlord/v1/leases')).json.leases;
    await expect.poll(async () => (await leases()).find(({ id }) => id === lease.id)?.state, EVENTUALLY).toBe('ended');
  });
});
