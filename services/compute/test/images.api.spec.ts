import { createHash, randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { Image } from '@ocx/openstack-api/image/images';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DockerHypervisor } from '../src/hypervisor/docker/docker-hypervisor.js';
import { ComputeWorld } from './compute-world.js';

const PATCH = 'application/openstack-images-v2.1-json-patch';
const BYTES = { 'content-type': 'application/octet-stream' };
const TENANT = { project: { id: 'd'.repeat(32), name: 'other' } };

async function tarOf(entries: Record<string, string>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(entries)) archive.entry({ name }, content);
  archive.finalize();
  return buffer(archive);
}

describe('images', () => {
  let world: ComputeWorld;

  beforeAll(async () => {
    world = await ComputeWorld.start({ OCX_IMAGE_MAX_BYTES: '4000000', OCX_IMAGE_MAX_UNPACKED_BYTES: '8000000' });
  });
  afterAll(async () => {
    await world.stop();
  });

  const create = (body: Record<string, unknown> = {}) =>
    world.call<Image>('POST', '/image/v2/images', {
      body: { name: 'x', container_format: 'bare', disk_format: 'raw', ...body },
    });
  const upload = (id: string, body: Buffer) =>
    world.call('PUT', `/image/v2/images/${id}/file`, { body, headers: BYTES });
  const show = async (id: string) => (await world.call<Image>('GET', `/image/v2/images/${id}`)).json;
  const references = async () => (await world.docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []).sort();

  it('are uploaded, hashed, shown and downloaded', async () => {
    const archive = await tarOf({ 'etc/motd': 'hello' });
    const created = await create({ ocx_command: '["/bin/sh"]', tags: ['a'] });
    expect([created.status, Image.safeParse(created.json).success]).toEqual([201, true]);
    expect(created.json.status).toBe('queued');
    expect((await upload(created.json.id, archive)).status).toBe(204);
    expect(await show(created.json.id)).toMatchObject({
      status: 'active',
      size: archive.length,
      checksum: createHash('md5').update(archive).digest('hex'),
      os_hash_algo: 'sha512',
      os_hash_value: createHash('sha512').update(archive).digest('hex'),
      ocx_command: '["/bin/sh"]',
    });
    const file = await world.call('GET', `/image/v2/images/${created.json.id}/file`);
    expect([file.status, file.text.length, file.headers.get('content-type')]).toEqual([
      200,
      archive.length,
      'application/octet-stream',
    ]);
    expect((await upload(created.json.id, archive)).status).toBe(409);
    expect((await world.call('DELETE', `/image/v2/images/${created.json.id}`)).status).toBe(204);
    expect((await world.call('GET', `/image/v2/images/${created.json.id}`)).status).toBe(404);
  });

  it('are listed with filters and pages, and changed by patches', async () => {
    const ids = [];
    for (const name of ['a', 'b', 'c']) ids.push((await create({ name })).json.id);
    const first = await world.call<{ images: Image[]; next: string }>('GET', '/image/v2/images?limit=2&sort=name:asc');
    expect(first.json.images.map(({ name }) => name)).toEqual(['a', 'b']);
    const next = await world.call<{ images: Image[] }>('GET', `/image${first.json.next}`);
    expect(next.json.images.map(({ name }) => name)).toEqual(['c']);
    const named = await world.call<{ images: Image[] }>('GET', '/image/v2/images?name=b');
    expect(named.json.images.map(({ id }) => id)).toEqual([ids[1]]);
    const patch = [
      { op: 'replace', path: '/name', value: 'renamed' },
      { op: 'add', path: '/colour', value: 'red' },
    ];
    const at = `/image/v2/images/${ids[0] ?? ''}`;
    const patched = await world.call<Image>('PATCH', at, {
      body: JSON.stringify(patch),
      headers: { 'content-type': PATCH },
    });
    expect([patched.status, patched.json.name, patched.json['colour']]).toEqual([200, 'renamed', 'red']);
    const forbidden = [{ op: 'replace', path: '/status', value: 'active' }];
    const refused = await world.call('PATCH', at, {
      body: JSON.stringify(forbidden),
      headers: { 'content-type': PATCH },
    });
    expect(refused.status).toBe(403);
    expect((await world.call('GET', at, { user: TENANT })).status).toBe(404);
    for (const id of ids) expect((await world.call('DELETE', `/image/v2/images/${id}`)).status).toBe(204);
  });

  it('that are hostile are refused, and nothing of them is kept', async () => {
    const hostile: Record<string, Buffer> = {
      'no archive': Buffer.from('not an archive at all, whatever it says'.repeat(100)),
      'too large': Buffer.alloc(4_000_001),
      'a bomb': gzipSync(await tarOf({ zero: '\0'.repeat(9_000_000) })),
      'cut off': (await tarOf({ file: 'x'.repeat(5000) })).subarray(0, 3000),
    };
    const before = await references();
    for (const [what, bytes] of Object.entries(hostile)) {
      const { id } = (await create()).json;
      const answer = await upload(id, bytes);
      expect([what, answer.status]).toEqual([what, what === 'too large' ? 413 : 400]);
      expect([what, (await show(id)).status, (await show(id)).size]).toEqual([what, 'queued', null]);
      await world.call('DELETE', `/image/v2/images/${id}`);
    }
    expect(await references()).toEqual(before);
  });

  it('as docker archives cannot bring tags of their own', async () => {
    const source = await world.image();
    const saved = await buffer(await world.docker.getImage(`ocx-${world.label}/${source}`).get());
    const original = Buffer.from(`ocx-${world.label}/${source}:latest`);
    // The same length, so that the archive stays whole: another name in place of the one it was saved under.
    const forged = Buffer.from(`victim/${'v'.repeat(original.length - 'victim/:latest'.length)}:latest`);
    let hostile = Buffer.from(saved);
    for (let at = hostile.indexOf(original); at >= 0; at = hostile.indexOf(original, at)) forged.copy(hostile, at);
    hostile = Buffer.from(hostile);
    const { id } = (await create({ container_format: 'docker', ocx_command: '["/bin/sleep","1000"]' })).json;
    const answer = await upload(id, hostile);
    expect([answer.status, answer.text]).toEqual([204, '']);
    const present = await references();
    expect(present).toContain(`ocx-${world.label}/${id}:latest`);
    expect(present.filter((name) => name.startsWith('victim/'))).toEqual([]);
    const body = { server: { name: 'd', imageRef: id, flavorRef: 'm1.tiny' } };
    const server = (await world.call<{ server: { id: string } }>('POST', '/v2.1/servers', { body })).json.server.id;
    await expect.poll(async () => (await world.container(server))?.State.Running, { timeout: 30_000 }).toBe(true);
  });

  it('of the exchange are exactly those of its record', async () => {
    const archive = await tarOf({ 'etc/motd': 'pinned' });
    const image = {
      id: randomUUID(),
      size: archive.length,
      sha512: createHash('sha512').update(archive).digest('hex'),
    };
    const body = { id: image.id, name: 'p', container_format: 'bare', disk_format: 'raw', visibility: 'private' };
    const file = `/image/v2/images/${image.id}/file`;
    const broker = world.caller.as({ access: { actions: ['image', 'read'], image } });
    expect((await broker.post('/image/v2/images', { ...body, id: randomUUID() })).status).toBe(403);
    expect((await broker.post('/image/v2/images', body)).status).toBe(201);
    const other = await tarOf({ 'etc/motd': 'PINNED' });
    expect((await broker.request('PUT', file, { body: other })).status).toBe(400);
    expect((await broker.get<Image>(`/image/v2/images/${image.id}`)).json.status).toBe('queued');
    expect((await broker.request('PUT', file, { body: archive })).status).toBe(204);
    const another = world.caller.as({ projectId: 'e'.repeat(32), access: { actions: ['image', 'read'], image } });
    expect((await another.get(`/image/v2/images/${image.id}`)).status).toBe(404);
    const again = await another.post<Image>('/image/v2/images', body);
    expect([again.status, again.json.status]).toEqual([201, 'active']);
    const without = world.caller.as({ access: { actions: ['read', 'write', 'create'] } });
    expect((await without.post('/image/v2/images', body)).status).toBe(403);
  });

  it('are kept when the engine answers only in the middle of their upload', async () => {
    const engine = new EventEmitter();
    const answers = once(engine, 'answers');
    const prepared = vi.spyOn(DockerHypervisor.prototype, 'prepare').mockImplementationOnce(async () => {
      await answers;
    });
    const { id } = (await create()).json;
    await world.app.close();
    await world.boot();
    const archive = await tarOf({ 'etc/motd': 'slow' });
    const headers = { ...BYTES, 'x-auth-token': await world.own.exchangeToken({ roles: ['member'] }) };
    const upload = request(`${world.url}/image/v2/images/${id}/file`, { method: 'PUT', headers });
    const response = once(upload, 'response') as Promise<[IncomingMessage]>;
    upload.write(archive.subarray(0, 512));
    await expect.poll(async () => (await show(id)).status).toBe('saving');
    engine.emit('answers');
    await expect.poll(() => prepared.mock.settledResults[0]?.type).toBe('fulfilled');
    await world.reconcile();
    upload.end(archive.subarray(512));
    const [{ statusCode }] = await response;
    expect([statusCode, (await show(id)).status]).toEqual([204, 'active']);
    prepared.mockRestore();
  });

  it('answer clients that look around', async () => {
    expect((await fetch(`${world.url}/image`)).status).toBe(300);
    expect((await world.call('GET', '/image/v2/schemas/image')).json).toMatchObject({ name: 'image' });
    expect((await world.call('GET', '/image/v2/images/by-name')).status).toBe(404);
    expect((await create({ id: '../../x' })).status).toBe(400);
    expect((await create({ disk_format: 'qcow2' })).status).toBe(400);
    expect((await create({ ocx_command: 'not json' })).status).toBe(400);
  });
});
