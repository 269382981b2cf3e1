import { VOLUME_TYPES } from '@ocx/openstack-api/exchange/products';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BlockStorageUnderTest } from './block-storage-service.js';

const PROJECT = 'a'.repeat(32);
const SERVER = '11111111-2222-4333-8444-555555555555';
const TYPE = VOLUME_TYPES[0]?.id ?? '';

// Cinder's paths have the project's id in them, and from 3.67 on need not.
describe.each(['/v3', `/v3/${PROJECT}`])('everything of Cinder below %s', (base) => {
  let storage: BlockStorageUnderTest;
  let call: Awaited<ReturnType<BlockStorageUnderTest['user']>>;
  let id: string;

  beforeAll(async () => {
    storage = await BlockStorageUnderTest.start();
    call = await storage.user();
    const created = await call('POST', `${base}/volumes`, { volume: { size: 1, name: 'one' } });
    expect(created.status, created.text).toBe(202);
    id = (created.json as { volume: { id: string } }).volume.id;
  });
  afterAll(async () => {
    await storage.stop();
  });

  const get = async (path: string): Promise<unknown> => {
    const { status, json, text } = await call('GET', `${base}${path}`);
    expect([status, text]).toEqual([200, text]);
    return json;
  };

  it('volumes are listed, summed up and changed', async () => {
    expect(await get('/volumes')).toMatchObject({ volumes: [{ id }] });
    expect(await get('/volumes/detail?with_count=true')).toMatchObject({ volumes: [{ id, size: 1 }], count: 1 });
    expect(await get('/volumes/summary')).toMatchObject({ 'volume-summary': { total_count: 1, total_size: 1 } });
    const renamed = await call('PUT', `${base}/volumes/${id}`, { volume: { name: 'two' } });
    expect(renamed.json).toMatchObject({ volume: { name: 'two' } });
    const action = { 'os-set_bootable': { bootable: true } };
    expect((await call('POST', `${base}/volumes/${id}/action`, action)).status).toBe(202);
    expect(await get(`/volumes/${id}`)).toMatchObject({ volume: { name: 'two', bootable: 'true' } });
  });

  it('metadata is kept item by item', async () => {
    const at = `${base}/volumes/${id}/metadata`;
    expect((await call('PUT', at, { metadata: { a: '1' } })).json).toEqual({ metadata: { a: '1' } });
    expect((await call('POST', at, { metadata: { b: '2' } })).json).toEqual({ metadata: { a: '1', b: '2' } });
    expect((await call('PUT', `${at}/c`, { meta: { c: '3' } })).json).toEqual({ meta: { c: '3' } });
    expect(await get(`/volumes/${id}/metadata/c`)).toEqual({ meta: { c: '3' } });
    expect((await call('DELETE', `${at}/a`)).status).toBe(200);
    expect(await get(`/volumes/${id}/metadata`)).toEqual({ metadata: { b: '2', c: '3' } });
  });

  it('types, limits, quotas and zones are told', async () => {
    expect(await get('/types')).toMatchObject({ volume_types: [{ id: TYPE }] });
    expect(await get(`/types/${TYPE}`)).toMatchObject({ volume_type: { id: TYPE } });
    expect(await get(`/types/${TYPE}/extra_specs`)).toEqual({ extra_specs: {} });
    expect(await get('/limits')).toMatchObject({ limits: { absolute: { totalVolumesUsed: 1 } } });
    expect(await get(`/os-quota-sets/${PROJECT}/defaults`)).toMatchObject({ quota_set: { snapshots: 0 } });
    expect(await get(`/os-quota-sets/${PROJECT}?usage=True`)).toMatchObject({ quota_set: { volumes: { in_use: 1 } } });
    expect(await get('/os-availability-zone')).toMatchObject({ availabilityZoneInfo: [{ zoneName: 'nova' }] });
  });

  it('an attachment is made, connected, completed and ended', async () => {
    const body = { attachment: { volume_uuid: id, instance_uuid: SERVER } };
    const made = await call('POST', `${base}/attachments`, body);
    expect([made.status, made.json]).toMatchObject([200, { attachment: { status: 'reserved', volume_id: id } }]);
    const at = `/attachments/${(made.json as { attachment: { id: string } }).attachment.id}`;
    const connected = await call('PUT', base + at, { attachment: { connector: { host: 'n1' } } });
    expect(connected.json).toMatchObject({
      attachment: { status: 'attached', connection_info: { driver_volume_type: 'nbd' } },
    });
    expect((await call('POST', `${base}${at}/action`, { 'os-complete': null })).status).toBe(204);
    for (const path of ['/attachments', '/attachments/detail']) {
      expect(await get(path)).toMatchObject({ attachments: [{ volume_id: id, instance: SERVER }] });
    }
    expect(await get(at)).toMatchObject({ attachment: { status: 'attached', connection_info: {} } });
    const nova = await storage.user(PROJECT, ['member', 'service']);
    expect((await nova('DELETE', base + at)).json).toEqual({ attachments: [] });
    expect((await call('DELETE', `${base}/volumes/${id}`)).status).toBe(202);
  });
});
