import { randomUUID } from 'node:crypto';
import type { Lease } from '@ocx/openstack-api/exchange/documents';
import { LeaseAction } from '@ocx/openstack-api/exchange/tokens';
import { guardedRoutes, leaseGrantRoutes } from '@ocx/testing/lease-grant-routes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import DOCUMENT from '../openapi.json' with { type: 'json' };
import { VolumeAttachmentsRepository } from '../src/volume-attachments/volume-attachments.repository.js';
import { ComputeWorld } from './compute-world.js';

const OTHER_PROJECT = 'b'.repeat(32);
const routes = guardedRoutes(DOCUMENT);
const opens = leaseGrantRoutes('compute');

describe('what a lease grant is good for at a compute landlord', () => {
  let world: ComputeWorld;
  let lease: Lease;
  let other: Lease;

  beforeAll(async () => {
    world = await ComputeWorld.start();
    lease = await rent();
    other = await rent();
  });
  afterAll(async () => {
    await world.stop();
  });

  const rent = () => world.exchange.rent(world.landlord, { product: { type: 'server', id: 'm1.tiny' } });
  /** What identity mints from the grant of a lease: its project, no roles, one action. */
  const granted = (action: LeaseAction, leaseId = lease.id, projectId = lease.project_id) =>
    world.caller.as({ projectId, roles: [], access: { actions: [action], lease_id: leaseId } });
  const endPath = (id: string) => `/landlord/v1/leases/${id}/end`;
  const usagePath = (id: string) => `/landlord/v1/leases/${id}/usage`;

  it('is told for routes that exist', () => {
    expect(routes.length).toBeGreaterThan(40);
    for (const [action, open] of opens) {
      expect([action, [...open].filter((route) => !routes.includes(route))]).toEqual([action, []]);
    }
  });

  it.each(LeaseAction.options)('%s opens its own routes and leaves every other one closed', async (action) => {
    for (const route of routes) {
      const [method = '', path = ''] = route.split(' ');
      const { status } = await granted(action).request(method, path.replaceAll(/\{[a-z_]+\}/g, randomUUID()));
      expect([route, status === 403]).toEqual([route, opens.get(action)?.has(route) !== true]);
      expect([route, status]).not.toEqual([route, 401]);
    }
  });

  it('is the lease it names and the project of that lease', async () => {
    expect((await granted('settle').get(usagePath(lease.id))).status).toBe(200);
    expect((await granted('settle').get(usagePath(other.id))).status).toBe(404);
    expect((await granted('settle', lease.id, OTHER_PROJECT).get(usagePath(lease.id))).status).toBe(404);
    expect((await granted('end').post(endPath(other.id))).status).toBe(404);
    expect((await granted('end', lease.id, OTHER_PROJECT).post(endPath(lease.id))).status).toBe(404);
    const amended = await world.exchange.sign({ ...other, amends: '0'.repeat(64) });
    expect((await granted('heal').post('/landlord/v1/leases', { lease: amended })).status).toBe(403);
    const strange = await world.exchange.sign({ ...lease, amends: '0'.repeat(64) });
    const stranger = granted('heal', lease.id, OTHER_PROJECT);
    expect((await stranger.post('/landlord/v1/leases', { lease: strange })).status).toBe(403);
  });

  it('never claims a lease', async () => {
    const draft = await world.exchange.draft(world.landlord, { product: { type: 'server', id: 'm1.tiny' } });
    const jws = await world.exchange.sign(draft);
    expect((await granted('heal', draft.id).post('/landlord/v1/leases', { lease: jws })).status).toBe(403);
  });

  it('detaches nothing from the server of another lease, nor for another project', async () => {
    const image = await world.exchangeImage();
    const body = { server: { name: 'one', imageRef: image, flavorRef: 'm1.tiny' } };
    const creator = world.caller.as({ access: { actions: ['create'], lease_id: lease.id } });
    expect((await creator.post('/v2.1/servers', body)).status).toBe(202);
    const id = randomUUID();
    await world.app.get(VolumeAttachmentsRepository, { strict: false }).add({
      id,
      serverId: lease.resource.id,
      volumeId: randomUUID(),
      mode: 'rw',
      device: '/dev/vdb',
      state: 'error',
      error: 'The storage landlord does not answer.',
      grant: 'a grant',
      storageId: `landlord-${'c'.repeat(32)}`,
      storageEndpoint: 'http://192.0.2.1',
      createdAt: new Date(),
    });
    const path = `/landlord/v1/attachments/${id}`;
    const state = async () => {
      const answer = await world.caller.as().get<{ state: string }>(path);
      return answer.status === 200 ? answer.json.state : answer.status;
    };
    expect((await granted('detach', other.id).delete(path)).status).toBe(404);
    expect((await granted('detach', lease.id, OTHER_PROJECT).delete(path)).status).toBe(404);
    const writer = world.caller.as({ access: { actions: ['write'], lease_id: other.id } });
    expect((await writer.delete(path)).status).toBe(404);
    expect(await state()).toBe('error');
    expect((await granted('detach').delete(path)).status).toBe(202);
    await expect.poll(state, { timeout: 20_000 }).toBe(404);
  });

  it('is over with the lease, but for what is still to be settled', async () => {
    const mine = await rent();
    expect((await granted('end', mine.id).post(endPath(mine.id))).status).toBe(200);
    const again = await granted('end', mine.id).post<{ usage: string[] }>(endPath(mine.id));
    const settled = await granted('settle', mine.id).get<{ usage: string[] }>(usagePath(mine.id));
    expect([again.status, settled.status]).toEqual([200, 200]);
    expect(settled.json.usage).toEqual(again.json.usage);
    const amended = await world.exchange.sign({ ...mine, amends: '0'.repeat(64) });
    const healed = await granted('heal', mine.id).post('/landlord/v1/leases', { lease: amended });
    expect(healed.status).toBe(409);
    const creator = world.caller.as({ access: { actions: ['create'], lease_id: mine.id } });
    const body = { server: { name: 'late', imageRef: randomUUID(), flavorRef: 'm1.tiny' } };
    expect((await creator.post('/v2.1/servers', body)).status).toBe(409);
  });
});
