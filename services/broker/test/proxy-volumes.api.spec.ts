import { TEST_PROJECT } from '@ocx/testing/token-mint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CloudOfDoubles } from './proxy-exchange.js';

const COMPUTE = '/regions/exchange/compute/v2.1';
const VOLUME = `/regions/exchange/volume/v3/${TEST_PROJECT.id}`;

let cloud: CloudOfDoubles;
let token: string;
let server: string;

beforeAll(async () => {
  cloud = await CloudOfDoubles.start();
  token = await cloud.exchange.token();
  const image = await cloud.image(await cloud.exchange.operator());
  const made = await call('POST', `${COMPUTE}/servers`, {
    server: { name: 's1', imageRef: image, flavorRef: 'm1.tiny', availability_zone: 'harvard' },
  });
  server = String(made.body['server'].id);
});

afterAll(() => cloud.exchange.stop());

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  cloud.exchange.call(method, path, { token, body, headers });

describe('volumes', () => {
  it('creates, lists and shows across landlords, and attaches to a server elsewhere', async () => {
    const made = await call('POST', `${VOLUME}/volumes`, {
      volume: { size: 2, name: 'v1', availability_zone: 'granite' },
    });
    expect(made.status, JSON.stringify(made.body)).toBe(202);
    const id = String(made.body['volume'].id);
    expect(cloud.granite.volumes.has(id)).toBe(true);
    const listed = await call('GET', `${VOLUME}/volumes/detail`);
    expect(listed.body['volumes']).toMatchObject([{ name: 'v1', availability_zone: 'granite', size: 2 }]);
    const attached = await call('POST', `${COMPUTE}/servers/${server}/os-volume_attachments`, {
      volumeAttachment: { volumeId: id },
    });
    expect(attached.status, JSON.stringify(attached.body)).toBe(200);
    expect(attached.body['volumeAttachment']).toMatchObject({ device: '/dev/vdb', volumeId: id, serverId: server });
    const twice = await call('POST', `${COMPUTE}/servers/${server}/os-volume_attachments`, {
      volumeAttachment: { volumeId: id },
    });
    expect(twice.status).toBe(400);
    expect((await call('POST', `${VOLUME}/volumes/${id}/action`, { 'os-detach': {} })).status).toBe(409);
    expect((await call('DELETE', `${VOLUME}/volumes/${id}`)).status).toBe(400);
    expect((await call('DELETE', `${COMPUTE}/servers/${server}/os-volume_attachments/${id}`)).status).toBe(202);
    await expect
      .poll(async () => (await call('GET', `${VOLUME}/attachments`)).body['attachments'], { timeout: 20_000 })
      .toEqual([]);
    expect(cloud.granite.attachments.size).toBe(0);
    expect((await call('DELETE', `${VOLUME}/volumes/${id}`)).status).toBe(202);
    expect((await call('GET', `${VOLUME}/volumes/${id}`)).status).toBe(404);
  });
});

describe('the status of a volume', () => {
  let id: string;
  const attachments = () => `${COMPUTE}/servers/${server}/os-volume_attachments`;
  const attach = () => call('POST', attachments(), { volumeAttachment: { volumeId: id } });

  /** Everywhere that a client may look: show, list and filter, in the combined region and the landlord's own. */
  async function seen(): Promise<string[]> {
    const found: string[] = [];
    for (const region of ['exchange', 'granite']) {
      const base = `/regions/${region}/volume/v3/${TEST_PROJECT.id}/volumes`;
      found.push(String((await call('GET', `${base}/${id}`)).body['volume'].status));
      const listed = (await call('GET', `${base}/detail`)).body['volumes'] as { id: string; status: string }[];
      const status = listed.find((volume) => volume.id === id)?.status ?? '';
      const matched = (await call('GET', `${base}/detail?status=${status}`)).body['volumes'] as { id: string }[];
      found.push(status, matched.length > 0 ? status : 'not found by its status');
    }
    return [...new Set(found)];
  }

  beforeAll(async () => {
    const made = await call('POST', `${VOLUME}/volumes`, {
      volume: { size: 1, name: 'v2', availability_zone: 'granite' },
    });
    id = String(made.body['volume'].id);
  });

  it('is attaching until the server has it, whatever the storage landlord says', async () => {
    cloud.harvard.attachmentState = 'attaching';
    expect((await attach()).status).toBe(200);
    Object.assign(cloud.granite.volumes.get(id) ?? {}, { status: 'in-use' });
    expect(await seen()).toEqual(['attaching']);
    expect((await call('GET', `${VOLUME}/volumes/${id}`)).body['volume'].attachments).toEqual([]);
    cloud.harvard.attachmentState = 'attached';
    expect(await seen()).toEqual(['in-use']);
    const shown = await call('GET', `${VOLUME}/volumes/${id}`);
    expect(shown.body['volume'].attachments).toMatchObject([{ server_id: server, device: '/dev/vdb' }]);
  });

  it('is detaching until both landlords have let go, and then free at once', async () => {
    cloud.harvard.detaches = false;
    Object.assign(cloud.granite.volumes.get(id) ?? {}, { status: 'available' });
    expect((await call('DELETE', `${attachments()}/${id}`)).status).toBe(202);
    expect(await seen()).toEqual(['detaching']);
    expect((await attach()).status).toBe(400);
    cloud.harvard.detaches = true;
    await expect.poll(seen, { timeout: 20_000 }).toEqual(['available']);
    expect((await attach()).status).toBe(200);
  });

  it('is free again after the server could not connect it', async () => {
    await call('DELETE', `${attachments()}/${id}`);
    await expect.poll(seen, { timeout: 20_000 }).toEqual(['available']);
    cloud.harvard.attachmentState = 'error';
    expect((await attach()).status).toBe(200);
    await expect.poll(seen, { timeout: 20_000 }).toEqual(['available']);
    expect((await call('GET', attachments())).body['volumeAttachments']).toEqual([]);
    expect(cloud.granite.attachments.size).toBe(0);
  });
});
