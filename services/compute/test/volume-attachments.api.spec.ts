import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import type { AttachmentView } from '@ocx/openstack-api/compute/volume-attachments';
import type { ServerDetail } from '@ocx/openstack-api/compute/servers';
import { requestMove } from '@ocx/landlord-kit/moves/move-request';
import { freePort } from '@ocx/testing/free-port';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ComputeProcess } from './compute-process.js';
import { ComputeWorld } from './compute-world.js';
import { FakeStorageLandlord } from './fake-storage-landlord.js';
import { SIZE, VolumeExport } from './volume-export.js';

const EVENTUALLY = { timeout: 60_000, interval: 100 };
const OTHER_PROJECT = 'b'.repeat(32);

describe('volumes of another landlord', () => {
  let world: ComputeWorld;
  let storage: FakeStorageLandlord;
  let directory: string;
  let exported: VolumeExport;
  let unlisted: Server;
  let connections = 0;
  let dead: number;
  let serverId: string;
  let killable: ComputeProcess;
  const volumeId = randomUUID();

  const tenant = (projectId?: string) =>
    world.caller.as({ access: { actions: ['read', 'write'] }, ...(projectId === undefined ? {} : { projectId }) });
  const show = (id: string) => tenant().get<AttachmentView>(`/landlord/v1/attachments/${id}?wait=25`);
  const inServer = async (command: string) => (await world.inside(serverId, 'sh', '-c', command)).output.trim();
  const active = async () => {
    const path = `/v2.1/servers/${serverId}`;
    const status = async () => (await tenant().get<{ server: ServerDetail }>(path)).json.server.status;
    await vi.waitFor(async () => {
      expect(await status()).toBe('ACTIVE');
    }, EVENTUALLY);
  };

  /** Posts an attachment and waits until it has come to rest. */
  const attach = async (overrides: { endpoint?: string } = {}) => {
    const body = await storage.attachment(world, { id: randomUUID(), serverId, volumeId });
    if (overrides.endpoint !== undefined) body.storage.endpoint = overrides.endpoint;
    const posted = await tenant().post('/landlord/v1/attachments', body);
    expect([posted.status, posted.text]).toEqual([202, posted.text]);
    return (await show(body.id)).json;
  };
  const detach = async (id: string) => {
    expect((await tenant().delete(`/landlord/v1/attachments/${id}?wait=25`)).status).toBe(204);
    expect((await show(id)).status).toBe(404);
  };

  beforeAll(async () => {
    directory = await mkdtemp('/tmp/ocx-volumes-');
    const file = join(directory, 'volume.raw');
    await writeFile(file, '');
    await truncate(file, SIZE);
    exported = new VolumeExport(directory, file);
    await exported.start();
    unlisted = createServer((socket) => {
      connections += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(unlisted, 'listening');
    storage = await FakeStorageLandlord.start();
    storage.answer = exported.target;
    dead = await freePort();
    world = await ComputeWorld.start({
      OCX_ALLOWED_STORAGE_ADDRESSES: [storage.port, exported.port, dead].map((port) => `127.0.0.1:${port}`).join(','),
      OCX_STOP_SERVERS_ON_EXIT: '0',
    });
    const image = await world.exchangeImage();
    const product = { type: 'server' as const, id: 'm1.tiny' };
    const lease = await world.exchange.rent(world.landlord, { product });
    serverId = lease.resource.id;
    const creator = world.caller.as({ access: { actions: ['create'], lease_id: lease.id } });
    const body = { server: { name: 'one', imageRef: image, flavorRef: 'm1.tiny' } };
    expect((await creator.post('/v2.1/servers', body)).status).toBe(202);
    await active();
    killable = new ComputeProcess(world.environment);
  });
  afterAll(async () => {
    await killable.kill();
    // Only a service that stops its servers takes down what they have mounted.
    await world.app.close();
    await world.boot({ OCX_STOP_SERVERS_ON_EXIT: '1' });
    await world.stop();
    await exported.kill();
    await storage.stop();
    unlisted.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('appear in a running server, keep their data, and go again', async () => {
    const first = await attach();
    expect(first).toMatchObject({ state: 'attached', device: '/dev/vdb', path: '/volumes/vdb', volume_id: volumeId });
    await inServer('echo redshift 7.1 > /volumes/vdb/result.txt');
    const nova = await tenant().get<{ volumeAttachments: unknown[] }>(
      `/v2.1/servers/${serverId}/os-volume_attachments`,
    );
    expect(nova.json.volumeAttachments).toEqual([{ id: volumeId, volumeId, serverId, device: '/dev/vdb' }]);
    await detach(first.id);
    expect(storage.released).toContain(first.id);
    expect(await inServer('ls /volumes')).toBe('');
    const second = await attach();
    expect(await inServer('cat /volumes/vdb/result.txt')).toBe('redshift 7.1');
    await detach(second.id);
  });

  it('go with the key that their grant is bound to, when the landlord has taken another since', async () => {
    const before = await attach();
    const { jwk } = world.landlord;
    const client = new pg.Client({ connectionString: world.database.url });
    await client.connect();
    await requestMove(client, { endpoint: null, port: null, newKey: true });
    await client.end();
    await vi.waitFor(() => {
      expect(world.landlord.jwk).not.toEqual(jwk);
    }, EVENTUALLY);
    await vi.waitFor(async () => {
      const about = (await (await fetch(`${world.url}/landlord/v1`)).json()) as { jwk: unknown };
      expect(about.jwk).toEqual(world.landlord.jwk);
    }, EVENTUALLY);
    await detach(before.id);
    expect(storage.released).toContain(before.id);
    const after = await attach();
    expect(after).toMatchObject({ state: 'attached' });
    await detach(after.id);
    expect(storage.released).toContain(after.id);
  });

  it('are there again when the server was stopped, or died', async () => {
    const { id } = await attach();
    const path = `/v2.1/servers/${serverId}/action`;
    expect((await tenant().post(path, { 'os-stop': null })).status).toBe(202);
    await expect.poll(async () => (await world.container(serverId))?.State.Running, EVENTUALLY).toBe(false);
    await expect.poll(async () => (await tenant().post(path, { 'os-start': null })).status, EVENTUALLY).toBe(202);
    await active();
    expect(await inServer('cat /volumes/vdb/result.txt')).toBe('redshift 7.1');
    await world.docker.getContainer(`ocx-${world.label}-${serverId}`).kill();
    await expect.poll(async () => (await world.container(serverId))?.State.Running, EVENTUALLY).toBe(true);
    expect(await inServer('cat /volumes/vdb/result.txt')).toBe('redshift 7.1');
    await detach(id);
  });

  it('of a storage landlord that is dead are in error, and the reason is told', async () => {
    const failed = await attach({ endpoint: `http://127.0.0.1:${dead}` });
    expect(failed).toMatchObject({ state: 'error', error: 'The storage landlord does not answer.' });
    await detach(failed.id);
  });

  it.each([
    'http://127.0.0.1:UNLISTED',
    'http://localhost:UNLISTED',
    'http://[::ffff:127.0.0.1]:UNLISTED',
    'http://169.254.169.254',
    'http://10.0.0.1:8811',
    'http://[fd00::1]:8811',
  ])('are not asked for at an address that the operator did not list: %s', async (url) => {
    const { port } = unlisted.address() as AddressInfo;
    const failed = await attach({ endpoint: url.replace('UNLISTED', String(port)) });
    expect(failed).toMatchObject({ state: 'error' });
    expect(failed.error).toContain('an address that this landlord does not connect to');
    await detach(failed.id);
    expect(connections).toBe(0);
  });

  it.each(['127.0.0.1', 'localhost', '0x7f.1', '::1', '169.254.169.254', '10.0.0.1', '8.8.8.8'])(
    'are not connected at an address that is not the storage landlord’s own: %s',
    async (host) => {
      storage.answer = { ...exported.target, host, port: (unlisted.address() as AddressInfo).port };
      const failed = await attach();
      storage.answer = exported.target;
      expect(failed).toMatchObject({ state: 'error' });
      expect(failed.error).toMatch(/an address that this landlord does not connect to|cannot be resolved/);
      await detach(failed.id);
      expect(connections).toBe(0);
    },
  );

  it('are in error when the storage landlord redirects or answers nonsense', async () => {
    storage.redirect = `http://127.0.0.1:${(unlisted.address() as AddressInfo).port}/`;
    const redirected = await attach();
    storage.redirect = undefined;
    expect(redirected).toMatchObject({ state: 'error', error: 'The storage landlord misbehaves.' });
    await detach(redirected.id);
    storage.words = '<html></html>';
    const html = await attach();
    storage.words = undefined;
    expect(html).toMatchObject({ state: 'error', error: expect.stringContaining('nonsense') });
    await detach(html.id);
    storage.answer = { ...exported.target, host: '/var/run/docker.sock' };
    const odd = await attach();
    storage.answer = exported.target;
    expect(odd).toMatchObject({ state: 'error' });
    await detach(odd.id);
    expect(connections).toBe(0);
  });

  it('need a grant for exactly this, and an endpoint that is a plain place', async () => {
    const asked = { id: randomUUID(), serverId, volumeId };
    const path = '/landlord/v1/attachments';
    for (const granted of [
      { serverId: randomUUID() },
      { volumeId: randomUUID() },
      { id: randomUUID() },
      { projectId: OTHER_PROJECT },
    ]) {
      const body = await storage.attachment(world, asked, granted);
      const answer = await tenant().post<{ reason: string }>(path, body);
      expect([answer.status, answer.json.reason]).toEqual([403, 'grant_refused']);
    }
    const good = await storage.attachment(world, asked);
    expect((await tenant(OTHER_PROJECT).post(path, good)).status).toBe(404);
    expect((await tenant().post(path, { ...good, grant: `${good.grant.slice(0, -8)}AAAAAAAA` })).status).toBe(403);
    for (const endpoint of ['http://a@127.0.0.1', 'http://127.0.0.1/../x', 'http://127.0.0.1/%2e%2e', 'file:///etc']) {
      const body = { ...good, storage: { ...good.storage, endpoint } };
      expect([endpoint, (await tenant().post(path, body)).status]).toEqual([endpoint, 400]);
    }
    expect((await show(asked.id)).status).toBe(404);
  });

  it('outlive a service that is killed, and are connected again when they did not', async () => {
    const { id } = await attach();
    await world.app.close();
    await killable.start();
    await killable.kill();
    expect(await inServer('cat /volumes/vdb/result.txt')).toBe('redshift 7.1');
    // The connection itself dies too, as when the host was restarted.
    await world.mounts.asRoot('kill', '-s', 'KILL', ...(await daemonsOf(id)));
    const before = storage.redeemed;
    await killable.start();
    await expect.poll(() => storage.redeemed, EVENTUALLY).toBeGreaterThan(before);
    await expect.poll(() => inServer('cat /volumes/vdb/result.txt'), EVENTUALLY).toBe('redshift 7.1');
    expect((await show(id)).json.state).toBe('attached');
    await killable.kill();
    await world.boot();
    await detach(id);
  });
});

async function daemonsOf(attachmentId: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return pids.filter((_, index) => commands[index]?.includes(`attachments/${attachmentId}/key"`));
}
