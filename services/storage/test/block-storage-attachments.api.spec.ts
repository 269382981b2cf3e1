import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedeemedAttachment, ReservedAttachment } from '@ocx/openstack-api/block-storage/attachments';
import type { AttachmentAccess } from '@ocx/openstack-api/exchange/tokens';
import type { Lease } from '@ocx/openstack-api/exchange/documents';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { LandlordCaller } from '@ocx/testing/landlord-caller';
import { BlockStorageUnderTest, STANDARD } from './block-storage-service.js';

const COMPUTE = `landlord-${'c'.repeat(32)}`;
const STANDARD_ID = STANDARD.id;

describe('attachments between landlords', () => {
  let storage: BlockStorageUnderTest;
  let broker: LandlordCaller;
  let computeKey: SigningKey;

  const tenant = (projectId?: string) => broker.as(projectId === undefined ? {} : { projectId });

  const attachmentOf = (volumeId: string, changes: Partial<AttachmentAccess> = {}): AttachmentAccess => ({
    id: randomUUID(),
    volume_id: volumeId,
    server_id: randomUUID(),
    mode: 'rw',
    connector: { landlord_id: COMPUTE, jkt: computeKey.thumbprint },
    ...changes,
  });

  /** The compute landlord with the grant of this attachment. */
  const connector = async (attachment: AttachmentAccess, options: { key?: SigningKey; projectId?: string } = {}) => {
    const { identity, landlord } = storage;
    const key = options.key ?? computeKey;
    const { landlordId, endpoint: url } = landlord;
    const caller = await LandlordCaller.create({ identity, landlordId, url, key, clientId: COMPUTE });
    const project = options.projectId === undefined ? {} : { projectId: options.projectId };
    return caller.as({ ...project, access: { actions: ['attach'], attachment } });
  };

  const redeemPath = ({ id }: AttachmentAccess) => `/landlord/v1/attachments/${id}/redeem`;

  const attach = async (volumeId: string, changes: Partial<AttachmentAccess> = {}) => {
    const attachment = attachmentOf(volumeId, changes);
    const reserved = await tenant().post('/landlord/v1/attachments', attachment);
    expect(reserved.status, reserved.text).toBe(201);
    const redeemed = await (await connector(attachment)).post(redeemPath(attachment));
    expect(redeemed.status, redeemed.text).toBe(200);
    return { attachment, to: RedeemedAttachment.parse(redeemed.json) };
  };

  const statusOf = async (id: string) => {
    const answer = await tenant().get<{ volume: { status: string } }>(`/v3/volumes/${id}`);
    return answer.status === 200 ? answer.json.volume.status : answer.status;
  };
  const endLease = (lease: Lease) =>
    broker.as({ access: { actions: ['end'], lease_id: lease.id } }).post(`/landlord/v1/leases/${lease.id}/end`);
  const pidOf = async (id: string) =>
    Number(await readFile(join(storage.directory, 'data', 'exports', id, 'nbdkit.pid'), 'utf8'));

  beforeAll(async () => {
    storage = await BlockStorageUnderTest.start();
    broker = await storage.exchange.caller(storage.landlord);
    computeKey = await SigningKey.generate();
  });
  afterAll(async () => {
    const feed = await broker.feed().get<{ leases: { id: string; state: string }[] }>('/landlord/v1/leases');
    for (const { id } of feed.json.leases) {
      await broker.as({ access: { actions: ['end'], lease_id: id } }).post(`/landlord/v1/leases/${id}/end`);
    }
    await storage.stop();
  });

  it('needs a lease, and creates just what the lease says', async () => {
    const lease = await storage.rent(2);
    const create = (body: object, access = { actions: ['create' as const], lease_id: lease.id }) =>
      broker.as({ access }).post<{ volume: { id: string } }>('/v3/volumes', { volume: body });
    expect((await tenant().post('/v3/volumes', { volume: { size: 2 } })).status).toBe(403);
    expect((await create({ size: 3 })).status).toBe(409);
    expect((await create({ size: 2 }, { actions: ['create'], lease_id: randomUUID() })).status).toBe(403);
    const made = await create({ size: 2, name: 'one', availability_zone: 'granite' });
    expect(made.status, made.text).toBe(202);
    expect(made.json.volume.id).toBe(lease.resource.id);
    const again = await create({ size: 2, name: 'one' });
    expect(again.json.volume.id).toBe(lease.resource.id);
    const extend = { 'os-extend': { new_size: 3 } };
    expect((await tenant().post(`/v3/volumes/${lease.resource.id}/action`, extend)).status).toBe(409);
    expect((await tenant('9'.repeat(32)).get(`/v3/volumes/${lease.resource.id}`)).status).toBe(404);
    // The landlord's own user of a project with the same id is somebody else.
    const own = await storage.user(lease.project_id);
    expect((await own('GET', `/v3/volumes/${lease.resource.id}`)).status).toBe(404);
  });

  it('carries the data from one connector to the next', async () => {
    const { id } = await storage.volume();
    const first = await attach(id);
    expect(first.to).toMatchObject({ protocol: 'nbd', export: first.attachment.id, size: 1024 ** 3, mode: 'rw' });
    expect(await statusOf(id)).toBe('in-use');
    expect(await storage.connect(first.to, 'redshift 7.1')).toBe('redshift 7.1');
    expect(
      (await (await connector(first.attachment)).delete(`/landlord/v1/attachments/${first.attachment.id}`)).status,
    ).toBe(204);
    expect(await statusOf(id)).toBe('available');
    expect(await storage.connect(first.to)).toMatch(/^refused/);

    const second = await attach(id);
    expect(second.to.tls.key).not.toBe(first.to.tls.key);
    expect(await storage.connect(second.to)).toBe('redshift 7.1');
    const { attachment } = second;
    expect((await tenant().delete(`/landlord/v1/attachments/${attachment.id}`)).status).toBe(204);
    expect((await tenant().delete(`/landlord/v1/attachments/${attachment.id}`)).status).toBe(204);
  });

  it('answers the same secret until the attachment ends, and none afterwards', async () => {
    const { id } = await storage.volume();
    const { attachment, to } = await attach(id);
    const redeem = async () => (await connector(attachment)).post(redeemPath(attachment));
    expect((await redeem()).json).toEqual(to);
    const again = await tenant().post('/landlord/v1/attachments', attachment);
    expect(ReservedAttachment.parse(again.json)).toMatchObject({ state: 'exported' });
    await tenant().delete(`/landlord/v1/attachments/${attachment.id}`);
    expect((await redeem()).status).toBe(404);
    expect((await tenant().post('/landlord/v1/attachments', attachment)).status).toBe(409);
    expect(await statusOf(id)).toBe('available');
  });

  it('gives the secret to nobody but the connector', async () => {
    const { id } = await storage.volume();
    const attachment = attachmentOf(id);
    expect((await tenant().post('/landlord/v1/attachments', attachment)).status).toBe(201);
    const path = redeemPath(attachment);
    const thief = await SigningKey.generate();
    // Another key; another attachment's grant; each word of the grant changed; another project; the tenant; a stolen token.
    expect((await (await connector(attachment, { key: thief })).post(path)).status).toBe(403);
    expect((await (await connector(attachmentOf(id))).post(path)).status).toBe(403);
    for (const changed of [
      { volume_id: randomUUID() },
      { server_id: randomUUID() },
      { mode: 'ro' as const },
      { connector: { landlord_id: `landlord-${'d'.repeat(32)}`, jkt: computeKey.thumbprint } },
    ]) {
      expect((await (await connector({ ...attachment, ...changed })).post(path)).status).toBe(403);
    }
    expect((await (await connector(attachment, { projectId: '9'.repeat(32) })).post(path)).status).toBe(403);
    expect((await tenant().post(path)).status).toBe(403);
    const stolen = await (await connector(attachment)).request('POST', path, { proof: { key: thief } });
    expect(stolen.status).toBe(401);
    expect(existsSync(join(storage.directory, 'data', 'exports', attachment.id))).toBe(false);
    expect((await (await connector(attachment)).post(path)).status).toBe(200);
    // The grant opens nothing else.
    expect((await (await connector(attachment)).get('/v3/volumes')).status).toBe(403);
    expect((await (await connector(attachment)).get(`/v3/volumes/${id}`)).status).toBe(403);
  });

  it('lets nobody take a volume that is attached, or not theirs', async () => {
    const { id } = await storage.volume();
    const { attachment } = await attach(id);
    expect((await tenant().post('/landlord/v1/attachments', attachmentOf(id))).status).toBe(409);
    expect((await tenant().post('/landlord/v1/attachments', attachmentOf(id, { mode: 'ro' }))).status).toBe(409);
    expect((await tenant().post('/landlord/v1/attachments', attachmentOf(randomUUID()))).status).toBe(404);
    const stranger = tenant('9'.repeat(32));
    expect((await stranger.post('/landlord/v1/attachments', attachmentOf(id))).status).toBe(404);
    expect((await stranger.delete(`/landlord/v1/attachments/${attachment.id}`)).status).toBe(403);
    expect((await tenant().delete(`/v3/attachments/${attachment.id}`)).status).toBe(404);
    const at327 = { headers: { 'openstack-api-version': 'volume 3.27' } };
    expect((await tenant().request('DELETE', `/v3/attachments/${attachment.id}`, at327)).status).toBe(409);
    const cinder = await tenant().request('POST', '/v3/attachments', {
      ...at327,
      body: { attachment: { volume_uuid: id, connector: {} } },
    });
    expect(cinder.status).toBe(409);
    expect((await tenant().post(`/v3/volumes/${id}/action`, { 'os-detach': {} })).status).toBe(409);
    expect((await tenant().delete(`/v3/volumes/${id}`)).status).toBe(400);
    expect(await statusOf(id)).toBe('in-use');
    for (const body of [{}, { ...attachmentOf(id), id: '../x' }, { ...attachmentOf(id), extra: 1 }]) {
      const answer = await tenant().post('/landlord/v1/attachments', body);
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    }
  });

  it('brings a killed export back on the same port with the same key', async () => {
    const { id } = await storage.volume();
    const { attachment, to } = await attach(id);
    await storage.connect(to, 'before');
    const pid = await pidOf(attachment.id);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => storage.connect(to), { timeout: 30_000, interval: 500 }).toBe('before');
    expect(await pidOf(attachment.id)).not.toBe(pid);
  });

  it('finds its exports again after a restart, and brings back what died meanwhile', async () => {
    const alive = await attach((await storage.volume()).id);
    const dead = await attach((await storage.volume()).id);
    const pid = await pidOf(alive.attachment.id);
    await storage.down();
    expect(await storage.connect(alive.to)).not.toMatch(/^refused/);
    process.kill(await pidOf(dead.attachment.id), 'SIGKILL');
    await storage.up();
    await expect.poll(() => storage.connect(dead.to), { timeout: 30_000, interval: 500 }).not.toMatch(/^refused/);
    expect(await pidOf(alive.attachment.id)).toBe(pid);
    expect((await (await connector(alive.attachment)).post(redeemPath(alive.attachment))).json).toEqual(alive.to);
  });

  it('exports read-only when the attachment is', async () => {
    const { id } = await storage.volume();
    const { to } = await attach(id, { mode: 'ro' });
    expect(await storage.connect(to, 'changed')).toMatch(/^refused/);
  });

  it('ends export, key and volume with the lease, whoever is connected', async () => {
    const { id, lease } = await storage.volume();
    const { attachment, to } = await attach(id);
    const pid = await pidOf(attachment.id);
    const ended = await endLease(lease);
    expect(ended.status, ended.text).toBeLessThan(300);
    expect(ended.text).toContain('usage');
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
    expect(existsSync(join(storage.directory, 'data', 'exports', attachment.id))).toBe(false);
    expect(existsSync(join(storage.directory, 'data', 'volumes', `${id}.raw`))).toBe(false);
    expect(await storage.connect(to)).toMatch(/^refused/);
    expect(await statusOf(id)).toBe(404);
    expect((await (await connector(attachment)).post(redeemPath(attachment))).status).toBe(404);
  });

  it('lets the broker detach under the lease’s grant, and the owner by force', async () => {
    const { id, lease } = await storage.volume();
    const other = await storage.volume();
    const { attachment } = await attach(id);
    const path = `/landlord/v1/attachments/${attachment.id}`;
    const detach = (of: Lease) => broker.as({ access: { actions: ['detach'], lease_id: of.id } }).delete(path);
    expect((await detach(other.lease)).status).toBe(403);
    expect((await detach(lease)).status).toBe(204);
    const next = await attach(id);
    expect((await tenant().post(`/v3/volumes/${id}/action`, { 'os-force_detach': {} })).status).toBe(202);
    expect(await storage.connect(next.to)).toMatch(/^refused/);
    expect(await statusOf(id)).toBe('available');
    expect((await tenant().delete(`/v3/volumes/${id}`)).status).toBe(202);
    expect(await statusOf(id)).toBe(404);
  });

  it('counts what it may rent, and gives it back', async () => {
    const before = (await storage.exchange.offer(storage.landlord, { type: 'volume', id: STANDARD_ID })).capacity;
    const { lease } = await storage.volume(5);
    const capacity = async () =>
      (await storage.exchange.offer(storage.landlord, { type: 'volume', id: STANDARD_ID })).capacity;
    await expect.poll(capacity, { timeout: 20_000 }).toBe(before - 5);
    await endLease(lease);
    await expect.poll(capacity, { timeout: 20_000 }).toBe(before);
  });
});
