import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VolumeAnswer, VolumeDetailList, VolumeList } from '@ocx/openstack-api/block-storage/volumes';
import { CinderLimits, QuotaSet } from '@ocx/openstack-api/block-storage/limits';
import { VolumeTypeList } from '@ocx/openstack-api/block-storage/volume-types';
import { BlockStorageUnderTest } from './block-storage-service.js';

const PROJECT = 'a'.repeat(32);
const OTHER = 'b'.repeat(32);
const NOBODY = '00000000-0000-4000-8000-000000000000';

describe('Cinder v3 for the landlord’s own users', () => {
  let storage: BlockStorageUnderTest;
  let call: Awaited<ReturnType<BlockStorageUnderTest['user']>>;

  const create = async (volume: Record<string, unknown>) => {
    const answer = await call('POST', `/v3/${PROJECT}/volumes`, { volume });
    expect(answer.status, answer.text).toBe(202);
    return VolumeAnswer.parse(answer.json).volume;
  };
  const clear = async () => {
    const { json } = await call('GET', '/v3/volumes');
    for (const { id } of VolumeList.parse(json).volumes) await call('DELETE', `/v3/volumes/${id}`);
  };

  beforeAll(async () => {
    storage = await BlockStorageUnderTest.start({ OCX_QUOTA_VOLUMES: '5', OCX_QUOTA_GIGABYTES: '20' });
    call = await storage.user();
  });
  afterAll(async () => {
    await storage.stop();
  });

  it('lists its versions at the root and at /v3, to anyone', async () => {
    const root = await fetch(`${storage.url}/`);
    expect(root.status).toBe(300);
    const v3 = await fetch(`${storage.url}/v3/`);
    expect(v3.status).toBe(200);
    expect(await v3.json()).toMatchObject({ versions: [{ id: 'v3.0', version: '3.70', min_version: '3.0' }] });
    expect((await fetch(`${storage.url}/v3`)).status).toBe(200);
  });

  it('negotiates microversions, on a 401 too', async () => {
    const none = await fetch(`${storage.url}/v3/volumes`, { headers: { 'openstack-api-version': 'volume 3.27' } });
    expect(none.status).toBe(401);
    expect(none.headers.get('openstack-api-version')).toBe('volume 3.27');
    expect(none.headers.get('vary')).toContain('OpenStack-API-Version');
    const ask = (version: string) => call('GET', '/v3/volumes', undefined, { 'openstack-api-version': version });
    expect((await ask('volume 3.71')).status).toBe(406);
    expect((await ask('volume three')).status).toBe(400);
    expect((await ask('volume latest')).headers.get('openstack-api-version')).toBe('volume 3.70');
  });

  it('creates a sparse volume, shows, renames and deletes it', async () => {
    const created = await create({ size: 2, name: 'results', description: 'of the run', metadata: { run: '7' } });
    expect(created).toMatchObject({ status: 'available', size: 2, name: 'results', volume_type: 'standard' });
    const file = join(storage.directory, 'data', 'volumes', `${created.id}.raw`);
    expect(await stat(file)).toMatchObject({ size: 2 * 1024 ** 3, mode: 0o100600 });
    expect((await stat(file)).blocks).toBeLessThan(100);

    const shown = await call('GET', `/v3/${PROJECT}/volumes/${created.id}`);
    expect(VolumeAnswer.parse(shown.json).volume).toMatchObject({ metadata: { run: '7' }, user_id: created.user_id });
    const renamed = await call('PUT', `/v3/volumes/${created.id}`, {
      volume: { name: 'old results', description: null },
    });
    expect(renamed.json.volume).toMatchObject({ name: 'old results', description: null });
    expect((await call('DELETE', `/v3/volumes/${created.id}`)).status).toBe(202);
    expect(existsSync(file)).toBe(false);
    const gone = await call('GET', `/v3/volumes/${created.id}`);
    expect(gone.status).toBe(404);
    expect(gone.json).toEqual({ itemNotFound: { code: 404, message: `Volume ${created.id} could not be found.` } });
  });

  it('shows each attribute from its microversion on', async () => {
    const { id } = await create({ size: 1 });
    const at = async (minor: number) => {
      const version = { 'openstack-api-version': `volume 3.${String(minor)}` };
      return (await call('GET', `/v3/volumes/${id}`, undefined, version)).json.volume as Record<string, unknown>;
    };
    expect(Object.keys(await at(0))).not.toContain('group_id');
    expect(await at(13)).toMatchObject({ group_id: null });
    expect(Object.keys(await at(62))).not.toContain('volume_type_id');
    expect(await at(65)).toMatchObject({ volume_type_id: expect.any(String) as string, consumes_quota: true });
    await clear();
  });

  it('refuses what it cannot do, and changes nothing', async () => {
    const bad = [
      {},
      { size: 0 },
      { size: -1 },
      { size: 1.5 },
      { size: 'big' },
      { size: 65_537 },
      { size: 1, name: 'x'.repeat(256) },
      { size: 1, name: 'a\u0000b' },
      { size: 1, metadata: { '': 'x' } },
      { size: 1, metadata: { k: 'v'.repeat(256) } },
      { size: 1, volume_type: 'golden' },
      { size: 1, availability_zone: 'mars' },
      { size: 1, multiattach: true },
      { size: 1, snapshot_id: NOBODY },
      { size: 1, imageRef: NOBODY },
    ];
    for (const volume of bad) {
      const answer = await call('POST', '/v3/volumes', { volume });
      expect(answer.status, JSON.stringify(volume)).toBe(400);
      expect(answer.json).toMatchObject({ badRequest: { code: 400 } });
    }
    for (const body of ['{', '[]', '{"volume": 1}', undefined]) {
      expect((await call('POST', '/v3/volumes', body)).status).toBe(400);
    }
    expect((await call('GET', '/v3/volumes')).json).toEqual({ volumes: [] });
    for (const path of [
      '/v3/volumes/..%2f..%2fetc',
      '/v3/volumes/%00',
      '/v3/nowhere',
      `/v3/${PROJECT}/snapshots/detail`,
    ]) {
      expect((await call('GET', path)).status, path).toBe(404);
    }
  });

  it('keeps the quotas, whatever comes at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => call('POST', '/v3/volumes', { volume: { size: 1 } })),
    );
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(5);
    const over = answers.find(({ status }) => status !== 202);
    expect(over?.status).toBe(413);
    expect(over?.json).toMatchObject({ overLimit: { code: 413 } });
    await clear();
    expect((await call('POST', '/v3/volumes', { volume: { size: 21 } })).status).toBe(413);
    const { json } = await call('GET', `/v3/${PROJECT}/limits`);
    expect(CinderLimits.parse(json).limits.absolute).toMatchObject({ maxTotalVolumes: 5, totalVolumesUsed: 0 });
    const quota = await call('GET', `/v3/${PROJECT}/os-quota-sets/${PROJECT}?usage=True`);
    expect(QuotaSet.parse(quota.json).quota_set).toMatchObject({ id: PROJECT, gigabytes: { limit: 20, in_use: 0 } });
    expect((await call('GET', `/v3/os-quota-sets/${OTHER}`)).status).toBe(403);
  });

  it('pages and filters, stable whatever the sort', async () => {
    const made: string[] = [];
    for (const [index, name] of ['b', 'a', 'c', 'a'].entries()) {
      made.push((await create({ size: index + 1, name, metadata: { n: String(index) } })).id);
    }
    const seen: string[] = [];
    let path: string | undefined = `/v3/${PROJECT}/volumes?limit=1&sort=name:asc`;
    while (path !== undefined) {
      const page = VolumeList.parse((await call('GET', path)).json);
      seen.push(...page.volumes.map(({ id }) => id));
      path = page.volumes_links?.[0]?.href.replace(storage.url, '');
      expect(seen.length).toBeLessThan(10);
    }
    expect(new Set(seen)).toEqual(new Set(made));
    expect(seen).toHaveLength(4);
    const names = async (query: string) =>
      VolumeDetailList.parse((await call('GET', `/v3/volumes/detail?${query}`)).json).volumes.map(({ name }) => name);
    expect(await names('sort=size:desc&limit=2')).toEqual(['a', 'c']);
    expect(await names('name=a')).toHaveLength(2);
    expect(await names('status=in-use')).toEqual([]);
    expect(await names(`metadata=${encodeURIComponent("{'n': '2'}")}`)).toEqual(['c']);
    expect(await names('limit=0')).toEqual([]);
    for (const query of ['limit=-1', 'limit=x', 'sort=password:asc', `marker=${NOBODY}`, 'marker=1']) {
      expect((await call('GET', `/v3/volumes?${query}`)).status, query).toBe(400);
    }
    expect((await call('GET', '/v3/volumes/summary')).json['volume-summary']).toMatchObject({ total_size: 10 });
    await clear();
  });

  it('keeps metadata key by key', async () => {
    const { id } = await create({ size: 1, metadata: { a: '1' } });
    const path = `/v3/volumes/${id}/metadata`;
    expect((await call('POST', path, { metadata: { b: '2' } })).json).toEqual({ metadata: { a: '1', b: '2' } });
    expect((await call('PUT', `${path}/a`, { meta: { a: '3' } })).json).toEqual({ meta: { a: '3' } });
    expect((await call('PUT', `${path}/a`, { meta: { b: '3' } })).status).toBe(400);
    expect((await call('DELETE', `${path}/b`)).status).toBe(200);
    expect((await call('DELETE', `${path}/b`)).status).toBe(404);
    expect((await call('GET', path)).json).toEqual({ metadata: { a: '3' } });
    expect((await call('GET', `${path}/constructor`)).status).toBe(404);
    await clear();
  });

  it('extends a detached volume, and never shrinks one', async () => {
    const { id } = await create({ size: 1 });
    const extend = (size: unknown) => call('POST', `/v3/volumes/${id}/action`, { 'os-extend': { new_size: size } });
    expect((await extend(2)).status).toBe(202);
    expect((await call('GET', `/v3/volumes/${id}`)).json.volume).toMatchObject({ size: 2, status: 'available' });
    for (const size of [1, 2, 'x', null]) expect((await extend(size)).status).toBe(400);
    expect((await extend(1000)).status).toBe(413);
    expect((await call('POST', `/v3/volumes/${id}/action`, { 'os-migrate_volume': {} })).status).toBe(400);
    await clear();
  });

  it('shows no project what is another’s, and refuses a URL that names another', async () => {
    const { id } = await create({ size: 1 });
    const stranger = await storage.user(OTHER);
    for (const [method, path, body] of [
      ['GET', `/v3/volumes/${id}`],
      ['PUT', `/v3/volumes/${id}`, { volume: { name: 'mine' } }],
      ['DELETE', `/v3/volumes/${id}`],
      ['GET', `/v3/volumes/${id}/metadata`],
      ['POST', `/v3/volumes/${id}/action`, { 'os-extend': { new_size: 9 } }],
      ['POST', '/v3/attachments', { attachment: { volume_uuid: id } }],
    ] as const) {
      expect((await stranger(method, path, body)).status, `${method} ${path}`).toBe(404);
    }
    expect((await stranger('GET', '/v3/volumes')).json).toEqual({ volumes: [] });
    expect((await stranger('GET', `/v3/${PROJECT}/volumes`)).status).toBe(400);
    const reader = await storage.user(PROJECT, ['reader']);
    expect((await reader('GET', `/v3/volumes/${id}`)).status).toBe(200);
    expect((await reader('DELETE', `/v3/volumes/${id}`)).status).toBe(403);
    await clear();
  });

  it('lists its types and zones', async () => {
    const types = VolumeTypeList.parse((await call('GET', `/v3/${PROJECT}/types`)).json).volume_types;
    expect(types.map(({ name }) => name)).toEqual(['standard']);
    expect((await call('GET', '/v3/types/default')).json.volume_type).toMatchObject({ name: 'standard' });
    expect((await call('GET', `/v3/types/${types[0]?.id ?? ''}/extra_specs`)).status).toBe(200);
    expect((await call('GET', '/v3/types/golden')).status).toBe(404);
    expect((await call('GET', '/v3/os-availability-zone')).json.availabilityZoneInfo).toHaveLength(1);
  });

  it('attaches by Cinder’s own API, and only Nova takes a volume from a server', async () => {
    const { id } = await create({ size: 1 });
    const server = '11111111-1111-4111-8111-111111111111';
    const body = { attachment: { volume_uuid: id, instance_uuid: server, connector: null } };
    const made = await call('POST', '/v3/attachments', body);
    expect(made.json.attachment).toMatchObject({ status: 'reserved', instance: server, connection_info: {} });
    const attachment = made.json.attachment.id as string;
    expect((await call('POST', '/v3/attachments', body)).status).toBe(409);
    const connected = await call('PUT', `/v3/attachments/${attachment}`, { attachment: { connector: { host: 'n1' } } });
    expect(connected.json.attachment).toMatchObject({
      status: 'attached',
      connection_info: { driver_volume_type: 'nbd', data: { export: attachment, size: 1024 ** 3 } },
    });
    const { data } = connected.json.attachment.connection_info;
    expect((await call('POST', `/v3/attachments/${attachment}/action`, { 'os-complete': null })).status).toBe(204);
    expect((await call('GET', `/v3/attachments/${attachment}`)).text).not.toContain(data.tls.key);
    const shown = await call('GET', `/v3/volumes/${id}`);
    expect(shown.json.volume).toMatchObject({ status: 'in-use', attachments: [{ server_id: server, volume_id: id }] });
    expect((await call('DELETE', `/v3/attachments/${attachment}`)).status).toBe(409);
    expect((await call('DELETE', `/v3/volumes/${id}`)).status).toBe(400);
    expect((await call('POST', `/v3/volumes/${id}/action`, { 'os-detach': {} })).status).toBe(409);
    const nova = await storage.user(PROJECT, ['member', 'service']);
    expect((await nova('DELETE', `/v3/attachments/${attachment}`)).status).toBe(200);
    expect((await call('GET', `/v3/volumes/${id}`)).json.volume).toMatchObject({
      status: 'available',
      attachments: [],
    });
    expect((await call('GET', '/v3/attachments', undefined, { 'openstack-api-version': 'volume 3.26' })).status).toBe(
      404,
    );
    await clear();
  });
});
