import { randomUUID } from 'node:crypto';
import type { Lease } from '@ocx/openstack-api/exchange/documents';
import { LeaseAction } from '@ocx/openstack-api/exchange/tokens';
import { documentHash } from '@ocx/openstack-client/documents';
import type { LandlordCaller } from '@ocx/testing/landlord-caller';
import { guardedRoutes, leaseGrantRoutes } from '@ocx/testing/lease-grant-routes';
import { TEST_PROJECT } from '@ocx/testing/token-mint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import DOCUMENT from '../openapi.json' with { type: 'json' };
import { BlockStorageUnderTest, STANDARD } from './block-storage-service.js';

const OTHER_PROJECT = 'b'.repeat(32);
const routes = guardedRoutes(DOCUMENT);
const opens = leaseGrantRoutes('storage');
/** Cinder's paths are the same with and without a project. */
const plain = (route: string) => route.replace('/v3/{project_id}/', '/v3/');

describe('what a lease grant is good for at a storage landlord', () => {
  let storage: BlockStorageUnderTest;
  let broker: LandlordCaller;
  let lease: Lease;
  let other: Lease;

  beforeAll(async () => {
    storage = await BlockStorageUnderTest.start();
    broker = await storage.exchange.caller(storage.landlord);
    ({ lease } = await storage.volume());
    ({ lease: other } = await storage.volume());
  });
  afterAll(() => storage.stop());

  /** What identity mints from the grant of a lease: its project, no roles, one action. */
  const granted = (action: LeaseAction, leaseId = lease.id, projectId = lease.project_id) =>
    broker.as({ projectId, roles: [], access: { actions: [action], lease_id: leaseId } });
  const endPath = (id: string) => `/landlord/v1/leases/${id}/end`;
  const usagePath = (id: string) => `/landlord/v1/leases/${id}/usage`;
  const grown = (of: Lease, document: string) =>
    storage.exchange.sign({ ...of, quantity: of.quantity + 1, amends: documentHash(document) });
  const pathOf = (path: string) =>
    path
      .replace('{account}', `AUTH_${TEST_PROJECT.id}`)
      .replace('{project_id}', TEST_PROJECT.id)
      .replaceAll(/\{[a-z_]+\}/g, randomUUID());
  /** An attachment of this volume, as the tenant makes it by the broker. */
  const attached = async (volumeId: string) => {
    const id = randomUUID();
    const connector = { landlord_id: `landlord-${'c'.repeat(32)}`, jkt: broker.key.thumbprint };
    const body = { id, volume_id: volumeId, server_id: randomUUID(), mode: 'rw', connector };
    const answer = await broker.as().post('/landlord/v1/attachments', body);
    expect(answer.status, answer.text).toBe(201);
    return `/landlord/v1/attachments/${id}`;
  };
  const volumeStatus = async (id: string) =>
    (await broker.as().get<{ volume: { status: string } }>(`/v3/volumes/${id}`)).json.volume.status;

  it('is told for routes that exist', () => {
    expect(routes.length).toBeGreaterThan(90);
    for (const [action, open] of opens) {
      expect([action, [...open].filter((route) => !routes.includes(route))]).toEqual([action, []]);
    }
  });

  it.each(LeaseAction.options)('%s opens its own routes and leaves every other one closed', async (action) => {
    for (const route of routes) {
      const [method = '', path = ''] = route.split(' ');
      const { status } = await granted(action).request(method, pathOf(path));
      expect([route, status === 403]).toEqual([route, opens.get(action)?.has(plain(route)) !== true]);
      expect([route, status]).not.toEqual([route, 401]);
    }
  });

  it('is the lease it names and the project of that lease', async () => {
    expect((await granted('settle').get(usagePath(lease.id))).status).toBe(200);
    expect((await granted('settle').get(usagePath(other.id))).status).toBe(404);
    expect((await granted('settle', lease.id, OTHER_PROJECT).get(usagePath(lease.id))).status).toBe(404);
    expect((await granted('end').post(endPath(other.id))).status).toBe(404);
    expect((await granted('end', lease.id, OTHER_PROJECT).post(endPath(lease.id))).status).toBe(404);
    const amended = { lease: await grown(other, 'another document') };
    expect((await granted('heal').post('/landlord/v1/leases', amended)).status).toBe(403);
    expect((await granted('heal', other.id, OTHER_PROJECT).post('/landlord/v1/leases', amended)).status).toBe(403);
  });

  it('heals its own lease alone, and claims none', async () => {
    const draft = await storage.exchange.draft(storage.landlord, { product: STANDARD, quantity: 1 });
    const jws = await storage.exchange.sign(draft);
    expect((await granted('heal', draft.id).post('/landlord/v1/leases', { lease: jws })).status).toBe(403);
    expect((await storage.exchange.claim(storage.landlord, draft, { jws })).status).toBe(201);
    const amended = { lease: await grown(draft, jws) };
    expect((await granted('heal', lease.id).post('/landlord/v1/leases', amended)).status).toBe(403);
    expect((await granted('heal', draft.id).post('/landlord/v1/leases', amended)).status).toBe(201);
  });

  it('detaches nothing from the volume of another lease, nor for another project', async () => {
    const path = await attached(lease.resource.id);
    expect(await volumeStatus(lease.resource.id)).not.toBe('available');
    expect((await granted('detach', other.id).delete(path)).status).toBe(403);
    expect((await granted('detach', lease.id, OTHER_PROJECT).delete(path)).status).toBe(403);
    expect(await volumeStatus(lease.resource.id)).not.toBe('available');
    expect((await granted('detach').delete(path)).status).toBe(204);
    expect(await volumeStatus(lease.resource.id)).toBe('available');
  });

  it('is over with the lease, but for what is still to be settled', async () => {
    const { lease: mine } = await storage.volume();
    const path = await attached(mine.resource.id);
    expect((await granted('end', mine.id).post(endPath(mine.id))).status).toBe(200);
    const again = await granted('end', mine.id).post<{ usage: string[] }>(endPath(mine.id));
    const settled = await granted('settle', mine.id).get<{ usage: string[] }>(usagePath(mine.id));
    expect([again.status, settled.status]).toEqual([200, 200]);
    expect(settled.json.usage).toEqual(again.json.usage);
    const amended = { lease: await grown(mine, 'whatever was in force') };
    expect((await granted('heal', mine.id).post('/landlord/v1/leases', amended)).status).toBe(409);
    // What the lease was for is gone, and nothing is left to detach.
    expect((await broker.as().get(`/v3/volumes/${mine.resource.id}`)).status).toBe(404);
    expect((await granted('detach', mine.id).delete(path)).status).toBe(204);
  });
});
