import { FLAVORS } from '@ocx/openstack-api/exchange/products';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ComputeWorld } from './compute-world.js';

const EVENTUALLY = { timeout: 30_000, interval: 100 };

describe('what a server has', () => {
  let world: ComputeWorld;
  let id: string;
  let at: string;

  beforeAll(async () => {
    world = await ComputeWorld.start();
    const server = { name: 'one', imageRef: await world.image(), flavorRef: 'm1.tiny' };
    const created = await world.call<{ server: { id: string } }>('POST', '/v2.1/servers', { body: { server } });
    id = created.json.server.id;
    at = `/v2.1/servers/${id}`;
    const status = async () => (await world.call<{ server: { status: string } }>('GET', at)).json.server.status;
    await vi.waitFor(async () => {
      expect(await status()).toBe('ACTIVE');
    }, EVENTUALLY);
  });
  afterAll(async () => {
    await world.stop();
  });

  it('is renamed, and answers with more from 2.75 on', async () => {
    const rename = (name: string, version: string) =>
      world.call<{ server: Record<string, unknown> }>('PUT', at, { body: { server: { name } }, version });
    const old = (await rename('two', '2.1')).json.server;
    expect([old['name'], 'key_name' in old]).toEqual(['two', false]);
    const recent = (await rename('three', '2.90')).json.server;
    expect([recent['name'], 'key_name' in recent]).toEqual(['three', true]);
    expect((await world.call('PUT', at, { body: { server: {} } })).status).toBe(400);
  });

  it('keeps metadata item by item', async () => {
    const metadata = `${at}/metadata`;
    const replaced = await world.call('PUT', metadata, { body: { metadata: { a: '1' } } });
    expect([replaced.status, replaced.json]).toEqual([200, { metadata: { a: '1' } }]);
    const put = await world.call('PUT', `${metadata}/b`, { body: { meta: { b: '2' } } });
    expect([put.status, put.json]).toEqual([200, { meta: { b: '2' } }]);
    expect((await world.call('PUT', `${metadata}/b`, { body: { meta: { c: '3' } } })).status).toBe(400);
    expect((await world.call('GET', `${metadata}/b`)).json).toEqual({ meta: { b: '2' } });
  });

  it('has one address on one interface, and no rule of its own', async () => {
    type Addresses = Record<string, { addr: string; version: number }[]>;
    const { addresses } = (await world.call<{ addresses: Addresses }>('GET', `${at}/ips`)).json;
    const [address] = Object.values(addresses).flat();
    const interfaces = await world.call('GET', `${at}/os-interface`);
    expect(interfaces.json).toMatchObject({
      interfaceAttachments: [{ port_id: id, fixed_ips: [{ ip_address: address?.addr }] }],
    });
    const groups = await world.call('GET', `${at}/os-security-groups`);
    expect(groups.json).toMatchObject({ security_groups: [{ name: 'default', rules: [] }] });
  });

  it('tells what was done to it', async () => {
    type Actions = { instanceActions: { action: string; request_id: string }[] };
    for (const version of ['2.1', '2.58']) {
      const { instanceActions } = (await world.call<Actions>('GET', `${at}/os-instance-actions`, { version })).json;
      const created = instanceActions.find(({ action }) => action === 'create');
      const one = await world.call('GET', `${at}/os-instance-actions/${created?.request_id ?? ''}`, { version });
      expect(one.json).toMatchObject({ instanceAction: { action: 'create', instance_uuid: id } });
    }
  });
});

describe('beside the servers', () => {
  let world: ComputeWorld;

  beforeAll(async () => {
    world = await ComputeWorld.start();
  });
  afterAll(async () => {
    await world.stop();
  });

  it('every flavor is shown, by microversion', async () => {
    for (const { id } of FLAVORS) {
      for (const version of ['2.1', '2.55', '2.61', '2.75']) {
        const shown = await world.call('GET', `/v2.1/flavors/${id}`, { version });
        expect([shown.status, shown.json]).toMatchObject([200, { flavor: { id } }]);
      }
      expect((await world.call('GET', `/v2.1/flavors/${id}/os-extra_specs`)).json).toEqual({ extra_specs: {} });
    }
  });

  it('a key pair is shown and deleted in the manner of the microversion', async () => {
    for (const [version, created, deleted] of [
      ['2.1', 200, 202],
      ['2.2', 201, 204],
    ] as const) {
      const made = await world.call('POST', '/v2.1/os-keypairs', { body: { keypair: { name: 'k' } }, version });
      expect(made.status).toBe(created);
      const shown = await world.call('GET', '/v2.1/os-keypairs/k', { version });
      expect(shown.json).toMatchObject({ keypair: { name: 'k', deleted: false } });
      expect((await world.call('DELETE', '/v2.1/os-keypairs/k', { version })).status).toBe(deleted);
    }
  });

  it('an image that no registry has is queued again', async () => {
    const body = { name: 'none', container_format: 'docker', disk_format: 'raw' };
    const { id } = (await world.call<{ id: string }>('POST', '/image/v2/images', { body })).json;
    const method = { name: 'web-download', uri: 'docker://127.0.0.1:9/none:latest' };
    const asked = await world.call('POST', `/image/v2/images/${id}/import`, { body: { method } });
    expect([asked.status, asked.text]).toEqual([202, '']);
    const status = async () => (await world.call<{ status: string }>('GET', `/image/v2/images/${id}`)).json.status;
    await expect.poll(status, EVENTUALLY).toBe('queued');
  });
});
