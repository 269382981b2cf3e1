import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LandlordEvent, Usage, type Lease } from '@ocx/openstack-api/exchange/documents';
import { documentHash, verifyDocument } from '@ocx/openstack-client/documents';
import type { EnrolledLandlord } from '@ocx/testing/fake-exchange';
import type { LandlordSessionForTest } from '@ocx/testing/landlord-caller';
import { LeaseActivity } from '../src/usage/lease-activity.js';
import { LeasesService } from '../src/leases/leases.service.js';
import { TestWorld, TINY, type TestLandlord } from './landlord-app.js';

describe('usage and events', () => {
  let world: TestWorld;
  let service: TestLandlord;
  let landlord: EnrolledLandlord;
  let feed: LandlordSessionForTest;

  beforeAll(async () => {
    world = await TestWorld.start();
    service = await world.landlord();
    landlord = await world.enrolled();
    feed = (await world.exchange.caller(landlord)).feed();
  });
  afterAll(() => world.stop());

  const activity = () => service.app.get(LeaseActivity);
  const read = async (session: LandlordSessionForTest, lease: Lease, after = 0) => {
    const answer = await session.get<{ usage: string[] }>(
      `/landlord/v1/leases/${lease.id}/usage?after=${String(after)}`,
    );
    return answer.json.usage;
  };
  const end = async (lease: Lease) => {
    const access = { actions: ['end' as const], lease_id: lease.id };
    const caller = (await world.exchange.caller(landlord)).as({ projectId: lease.project_id, access });
    return (await caller.post<{ usage: string[] }>(`/landlord/v1/leases/${lease.id}/end`)).json.usage;
  };
  const verified = (records: string[]) =>
    Promise.all(records.map((jws) => verifyDocument(Usage, 'ocx-usage+jwt', jws, landlord.jwk)));
  const seconds = (records: Usage[]) =>
    records.reduce((sum, { meters }) => sum + Number(meters.server_seconds ?? '0'), 0);
  /** Moves the beginning of a lease into the past, so that there is time to meter. */
  const age = async (lease: Lease, secondsAgo: number) => {
    const began = new Date(Math.floor(Date.now() / 1000) * 1000 - secondsAgo * 1000);
    await service.app
      .get(DataSource)
      .query('UPDATE landlord_lease SET accepted_at = $2, metered_to = $2 WHERE id = $1', [lease.id, began]);
    return (after: number) => new Date(began.getTime() + after * 1000);
  };

  it('counts while the resource is up, in records that join into one chain', async () => {
    const lease = await world.exchange.rent(landlord, { product: TINY });
    const at = await age(lease, 1000);
    await activity().up(lease.id, at(100));
    await activity().down(lease.id, at(160));
    await activity().up(lease.id, at(200));
    await activity().up(lease.id, at(250));
    await activity().down(lease.id, at(300));
    const [first] = await verified(await read(feed, lease));
    expect(first).toMatchObject({ seq: 1, prev: null, from: at(0).toISOString(), meters: { server_seconds: '160' } });

    // What comes late for a time that is signed already counts from the end of that time on.
    await activity().up(lease.id, at(10));
    await expect.poll(async () => (await read(feed, lease)).length, { timeout: 20_000 }).toBeGreaterThan(1);
    const documents = await end(lease);
    const records = await verified(documents);
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, index) => index + 1));
    records.slice(1).forEach((record, index) => {
      expect(record.prev).toBe(documentHash(documents[index] ?? ''));
      expect(record.from).toBe(records[index]?.to);
    });
    expect(records.filter(({ final }) => final)).toEqual([records.at(-1)]);
    const since = (Date.parse(records.at(-1)?.to ?? '') - Date.parse(first?.to ?? '')) / 1000;
    expect(seconds(records)).toBe(160 + since);

    await activity().up(lease.id);
    expect(await read(feed, lease)).toEqual(documents);
    expect(await read(feed, lease, 1)).toEqual(documents.slice(1));
  });

  it('neither loses nor doubles a second when reports, reads and the end come at once', async () => {
    const lease = await world.exchange.rent(landlord, { product: TINY });
    const at = await age(lease, 5000);
    await activity().up(lease.id, at(1000));
    await Promise.all([
      ...Array.from({ length: 10 }, () => read(feed, lease)),
      ...Array.from({ length: 10 }, () => activity().up(lease.id)),
    ]);
    const [documents] = await Promise.all([end(lease), read(feed, lease), activity().down(lease.id)]);
    const records = await verified(documents);
    const until = (Date.parse(records.at(-1)?.to ?? '') - at(1000).getTime()) / 1000;
    // The report that the server is down may have come a second before the end.
    expect([until, until - 1]).toContain(seconds(records));
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, index) => index + 1));
  });

  it('stores a report with the transaction of the service, or not at all', async () => {
    const lease = await world.exchange.rent(landlord, { product: TINY });
    const at = await age(lease, 100);
    const dataSource = service.app.get(DataSource);
    await expect(
      dataSource.transaction(async (manager) => {
        await activity().up(lease.id, at(0), manager);
        throw new Error('the service failed');
      }),
    ).rejects.toThrow('the service failed');
    expect(await read(feed, lease)).toEqual([]);
    await dataSource.transaction((manager) => activity().level(lease.id, 3, at(50), manager));
    await dataSource.transaction((manager) => activity().down(lease.id, at(60), manager));
    expect(seconds(await verified(await read(feed, lease)))).toBe(30);
    await expect(activity().up(randomUUID())).rejects.toThrow('could not be found');
    await expect(activity().level(lease.id, -1)).rejects.toThrow(RangeError);
  });

  it('shows usage to the exchange, to the lease’s grant and to its project, to nobody else', async () => {
    const lease = await world.exchange.rent(landlord, { product: TINY });
    const caller = await world.exchange.caller(landlord);
    const status = async (tenant: Parameters<typeof caller.as>[0], id = lease.id) =>
      (await caller.as(tenant).get(`/landlord/v1/leases/${id}/usage`)).status;
    expect(await status({ access: { actions: ['settle'], lease_id: lease.id } })).toBe(200);
    expect(await status({ access: { actions: ['read'] } })).toBe(200);
    expect(await status({ access: { actions: ['settle'], lease_id: randomUUID() } })).toBe(404);
    expect(await status({ projectId: 'c'.repeat(32), access: { actions: ['read'] } })).toBe(404);
    expect(await status({ access: { actions: ['write', 'create'] } })).toBe(403);
    expect(await status({ access: { actions: ['read'] } }, randomUUID())).toBe(404);
    expect(await status({ access: { actions: ['read'] } }, 'not-a-lease')).toBe(400);
  });

  it('numbers events without a gap, resumes from any of them and wakes who waits', async () => {
    const page = async (after: number, wait = 0) => {
      const path = `/landlord/v1/events?after=${String(after)}&wait=${String(wait)}`;
      const { events, last } = (await feed.get<{ events: string[]; last: number }>(path)).json;
      const verify = (jws: string) => verifyDocument(LandlordEvent, 'ocx-event+jwt', jws, landlord.jwk);
      return { events: await Promise.all(events.map(verify)), last };
    };
    const before = await page(0);
    expect(before.events.map(({ seq }) => seq)).toEqual(Array.from({ length: before.last }, (_, index) => index + 1));

    const waiting = page(before.last, 20);
    const leases = await Promise.all(Array.from({ length: 4 }, () => world.exchange.rent(landlord, { product: TINY })));
    expect((await waiting).events[0]?.seq).toBe(before.last + 1);
    const [lease] = leases;
    if (!lease) throw new Error('no lease');
    await service.app.get(LeasesService).resourceChanged(lease.id, lease.resource, 'ACTIVE');
    const after = await page(before.last);
    expect(after.last).toBe(before.last + 9);
    expect(after.events.map(({ seq }) => seq)).toEqual(after.events.map((_, index) => before.last + 1 + index));
    expect(after.events.at(-1)).toMatchObject({ kind: 'resource', lease_id: lease.id, state: 'ACTIVE' });
    expect(after.events.at(-1)?.resource).toEqual(lease.resource);
    expect((await page(after.last)).events).toEqual([]);
    expect((await feed.get('/landlord/v1/events?wait=26')).status).toBe(400);
    expect((await feed.get('/landlord/v1/events?after=-1')).status).toBe(400);
  });

  it('keeps keys, enrolment, leases and numbers over a restart', async () => {
    const lease = await world.exchange.rent(landlord, { product: TINY });
    const { last } = (await feed.get<{ last: number }>('/landlord/v1/events')).json;
    await service.restart({ OCX_ENROLMENT_CODE: 'used-before', OCX_EXCHANGE_URL: 'http://127.0.0.1:9' });
    const again = (await feed.get<{ last: number }>('/landlord/v1/events')).json;
    expect(again.last).toBeGreaterThanOrEqual(last);
    const { leases } = (await feed.get<{ leases: { id: string; state: string }[] }>('/landlord/v1/leases')).json;
    expect(leases.find(({ id }) => id === lease.id)?.state).toBe('active');
    expect((await verified(await end(lease))).at(-1)?.final).toBe(true);
  });
});
