import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Acceptance, LandlordEvent, Usage, type Lease } from '@ocx/openstack-api/exchange/documents';
import { documentHash, verifyDocument } from '@ocx/openstack-client/documents';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import type { EnrolledLandlord } from '@ocx/testing/fake-exchange';
import { TEST_PROJECT } from '@ocx/testing/token-mint';
import { landlordFile, TestWorld, TINY, type TestLandlord } from './landlord-app.js';

describe('leases', () => {
  let world: TestWorld;
  let service: TestLandlord;
  let landlord: EnrolledLandlord;
  let database: DataSource;

  beforeAll(async () => {
    world = await TestWorld.start();
    service = await world.landlord();
    landlord = await world.enrolled();
    database = service.app.get(DataSource);
  });
  afterAll(() => world.stop());

  const used = async () =>
    Object.fromEntries(
      (await database.query<{ unit: string; used: string }[]>('SELECT unit, used FROM landlord_capacity')).map(
        ({ unit, used: amount }) => [unit, Number(amount)],
      ),
    );
  const end = async (lease: Lease) => {
    const caller = await world.exchange.caller(landlord);
    return caller
      .as({ projectId: lease.project_id, access: { actions: ['end'], lease_id: lease.id } })
      .post<{ usage: string[] }>(`/landlord/v1/leases/${lease.id}/end`, {});
  };
  const refused = async (changes: Partial<Lease>) => {
    const draft = await world.exchange.draft(landlord, { product: TINY });
    const answer = await world.exchange.claim(landlord, { ...draft, ...changes });
    return { status: answer.status, reason: answer.json.reason };
  };

  beforeEach(async () => {
    const open = await database.query<{ id: string }[]>(`SELECT id FROM landlord_lease WHERE state <> 'ended'`);
    for (const { id } of open) await end({ id, project_id: TEST_PROJECT.id } as Lease);
  });

  it('countersigns a lease with the capacity taken in the same transaction', async () => {
    const before = await world.exchange.offer(landlord, TINY);
    const lease = await world.exchange.draft(landlord, { product: TINY });
    const jws = await world.exchange.sign(lease);
    const answer = await world.exchange.claim(landlord, lease, { jws });
    expect(answer.status).toBe(201);
    const acceptance = await verifyDocument(Acceptance, 'ocx-acceptance+jwt', answer.json.acceptance, landlord.jwk);
    expect(acceptance).toMatchObject({ lease_id: lease.id, lease_sha256: documentHash(jws) });
    expect(await used()).toEqual({ vcpus: 1, ram: 128, disk: 1 });
    const after = await world.exchange.offer(landlord, TINY);
    expect(after).toMatchObject({ id: before.id, version: before.version, capacity: before.capacity - 1 });
  });

  it('accepts exactly ten of 64 claims at once for ten slots, and frees them all', async () => {
    const leases = await Promise.all(
      Array.from({ length: 64 }, () => world.exchange.draft(landlord, { product: TINY })),
    );
    const answers = await Promise.all(leases.map((lease) => world.exchange.claim(landlord, lease)));
    const won = leases.filter((_, index) => answers[index]?.status === 201);
    const lost = answers.filter(({ status }) => status !== 201);
    expect(won).toHaveLength(10);
    expect(new Set(lost.map(({ status, json }) => `${String(status)} ${json.reason ?? ''}`))).toEqual(
      new Set(['409 no_capacity']),
    );
    expect(await used()).toEqual({ vcpus: 10, ram: 1280, disk: 10 });
    await Promise.all(won.map(end));
    expect(await used()).toEqual({ vcpus: 0, ram: 0, disk: 0 });
  });

  it('gives one acceptance however often and concurrently one lease is presented', async () => {
    const lease = await world.exchange.draft(landlord, { product: TINY });
    const jws = await world.exchange.sign(lease);
    const answers = await Promise.all(Array.from({ length: 12 }, () => world.exchange.claim(landlord, lease, { jws })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ json }) => json.acceptance)).size).toBe(1);
    expect(await used()).toMatchObject({ vcpus: 1 });
    const other = await world.exchange.claim(landlord, { ...lease, user_id: 'somebody' });
    expect([other.status, other.json.reason]).toEqual([409, 'lease_mismatch']);
    await end(lease);
    const late = await world.exchange.claim(landlord, lease, { jws });
    expect([late.status, late.json.reason]).toEqual([409, 'lease_ended']);
  });

  it('refuses what it did not offer, with the reason', async () => {
    const draft = await world.exchange.draft(landlord, { product: TINY });
    const [price] = draft.prices;
    if (!price) throw new Error('no price');
    const conflict = (reason: string) => ({ status: 409, reason });
    expect(await refused({ offer: { id: randomUUID(), version: 1 } })).toEqual(conflict('offer_unknown'));
    expect(await refused({ offer: { ...draft.offer, version: draft.offer.version + 1 } })).toEqual(
      conflict('offer_stale'),
    );
    expect(await refused({ product: { type: 'server', id: 'm1.small' } })).toEqual(conflict('offer_unknown'));
    expect(await refused({ prices: [{ ...price, amount: '1' }] })).toEqual(conflict('price_mismatch'));
    expect(await refused({ prices: [{ ...price, relation: 'friend', amount: '500' }] })).toEqual(
      conflict('price_mismatch'),
    );
    expect(await refused({ relation: 'friend' })).toEqual(conflict('price_mismatch'));
    const long = new Date(Date.now() - 3_600_000).toISOString();
    expect(await refused({ issued_at: long })).toEqual(conflict('offer_stale'));
    expect((await refused({ ends_at: long })).status).toBe(400);
    expect((await refused({ quantity: 2 })).status).toBe(400);
    expect((await refused({ landlord_id: `landlord-${'0'.repeat(32)}` })).status).toBe(400);
    expect((await refused({ exchange: 'http://other.example' })).status).toBe(400);
    expect(await used()).toEqual({ vcpus: 0, ram: 0, disk: 0 });
  });

  it('lets a friend have the price of friends, and a member that of anyone', async () => {
    const friend = await world.exchange.offer(landlord, TINY);
    const prices = friend.prices.filter(({ relation }) => relation === 'friend');
    await world.exchange.rent(landlord, { product: TINY, lease: { relation: 'friend', prices } });
    await world.exchange.rent(landlord, { product: TINY, lease: { relation: 'member' } });
  });

  it('refuses a tampered lease, one signed by a stranger and one that is no lease', async () => {
    const lease = await world.exchange.draft(landlord, { product: TINY });
    const [header, , signature] = (await world.exchange.sign(lease)).split('.');
    const richer = Buffer.from(JSON.stringify({ ...lease, quantity: 5 })).toString('base64url');
    const stranger = await SigningKey.generate();
    for (const jws of [
      `${header ?? ''}.${richer}.${signature ?? ''}`,
      await stranger.sign('ocx-lease+jwt', lease),
      await world.exchange.key.sign('ocx-receipt+jwt', lease),
      'not a document',
    ]) {
      const answer = await world.exchange.claim(landlord, lease, { jws });
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    }
    expect(await used()).toMatchObject({ vcpus: 0 });
  });

  it('refuses a claim whose token names another lease or project', async () => {
    const lease = await world.exchange.draft(landlord, { product: TINY });
    const body = { lease: await world.exchange.sign(lease) };
    const caller = await world.exchange.caller(landlord);
    const post = (tenant: Parameters<typeof caller.as>[0]) => caller.as(tenant).post('/landlord/v1/leases', body);
    const claim = ['claim' as const];
    const answers = await Promise.all([
      post({ access: { actions: claim, lease_id: randomUUID() } }),
      post({ access: { actions: claim } }),
      post({ projectId: 'f'.repeat(32), access: { actions: claim, lease_id: lease.id } }),
      post({ projectDomainId: 'elsewhere', access: { actions: claim, lease_id: lease.id } }),
      post({ access: { actions: ['read', 'write', 'create'], lease_id: lease.id } }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
  });

  it('leases a resource to one lease at a time', async () => {
    const first = await world.exchange.rent(landlord, { product: TINY });
    const second = await world.exchange.draft(landlord, { product: TINY, resourceId: first.resource.id });
    const answer = await world.exchange.claim(landlord, second);
    expect([answer.status, answer.json.reason]).toEqual([409, 'resource_leased']);
    expect(await used()).toMatchObject({ vcpus: 1 });
  });

  it('permits a create under its own lease only', async () => {
    const lease = await world.exchange.rent(landlord, { product: TINY });
    const caller = await world.exchange.caller(landlord);
    const create = (tenant: Parameters<typeof caller.as>[0]) => caller.as(tenant).post<{ id: string }>('/v2.1/servers');
    const under = { actions: ['create' as const], lease_id: lease.id };
    expect((await create({ access: under })).json.id).toBe(lease.resource.id);
    expect((await create({ access: { actions: ['create'] } })).status).toBe(403);
    expect((await create({ access: { ...under, lease_id: randomUUID() } })).status).toBe(403);
    expect((await create({ projectId: 'e'.repeat(32), access: under })).status).toBe(403);
    expect((await create({ access: { actions: ['read', 'write'], lease_id: lease.id } })).status).toBe(403);
    await end(lease);
    expect((await create({ access: under })).status).toBe(409);
  });

  it('ends a lease once, with a final usage record, for its tenant or its grant only', async () => {
    const lease = await world.exchange.rent(landlord, { product: TINY });
    const caller = await world.exchange.caller(landlord);
    const path = `/landlord/v1/leases/${lease.id}/end`;
    const stranger = caller.as({ projectId: 'd'.repeat(32), access: { actions: ['write'] } });
    expect((await stranger.post(path)).status).toBe(404);
    const otherGrant = caller.as({ access: { actions: ['end'], lease_id: randomUUID() } });
    expect((await otherGrant.post(path)).status).toBe(404);
    expect((await caller.feed().post(path)).status).toBe(403);
    const answers = await Promise.all([end(lease), end(lease), end(lease)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const records = await Promise.all(
      answers[0].json.usage.map((jws) => verifyDocument(Usage, 'ocx-usage+jwt', jws, landlord.jwk)),
    );
    expect(records.at(-1)).toMatchObject({ lease_id: lease.id, final: true, meters: { server_seconds: '0' } });
    expect(service.resources.ended.filter((id) => id === lease.id)).toHaveLength(1);
    expect(await used()).toMatchObject({ vcpus: 0 });
    const unknown = { ...lease, id: randomUUID() };
    expect((await end(unknown)).status).toBe(404);
  });

  it('ends a lease only if it holds nothing, when it is asked so, and otherwise changes nothing', async () => {
    const lease = await world.exchange.rent(landlord, { product: TINY });
    const caller = await world.exchange.caller(landlord);
    const session = caller.as({ access: { actions: ['end'], lease_id: lease.id } });
    const path = `/landlord/v1/leases/${lease.id}/end`;
    const endIfEmpty = () => session.post<{ reason?: string }>(path, { if_empty: true });
    const state = async () => {
      const { json } = await caller.feed().get<{ leases: { id: string; state: string }[] }>('/landlord/v1/leases');
      return json.leases.find(({ id }) => id === lease.id)?.state;
    };
    expect((await endIfEmpty()).status).toBe(400);
    service.resources.holds = true;
    const refusal = await endIfEmpty();
    expect([refusal.status, refusal.json.reason]).toEqual([409, 'not_empty']);
    expect([await state(), service.resources.ended.includes(lease.id)]).toEqual(['active', false]);
    expect(await used()).toMatchObject({ vcpus: 1 });
    expect((await session.post(path, { if_empty: 'yes' })).status).toBe(400);
    service.resources.holds = false;
    expect((await endIfEmpty()).status).toBe(200);
    expect(await state()).toBe('ended');
    // Once ended it stays so, whatever is said of it.
    service.resources.holds = true;
    expect((await endIfEmpty()).status).toBe(200);
    service.resources.holds = undefined;
    const unknown = randomUUID();
    const other = caller.as({ access: { actions: ['end'], lease_id: unknown } });
    expect((await other.post(`/landlord/v1/leases/${unknown}/end`, { if_empty: true })).status).toBe(404);
  });

  it('keeps the capacity while the resource cannot be destroyed, and ends the lease as soon as it can', async () => {
    const lease = await world.exchange.rent(landlord, { product: TINY });
    service.resources.broken = true;
    expect((await end(lease)).status).toBe(503);
    expect(await used()).toMatchObject({ vcpus: 1 });
    service.resources.broken = false;
    await expect.poll(used, { timeout: 20_000 }).toMatchObject({ vcpus: 0 });
  });

  it('ends a lease by itself when its time has come, and tells the exchange', async () => {
    const caller = (await world.exchange.caller(landlord)).feed();
    const { last } = (await caller.get<{ last: number }>('/landlord/v1/events')).json;
    const endsAt = new Date(Date.now() + 1_500).toISOString();
    const lease = await world.exchange.rent(landlord, { product: TINY, lease: { ends_at: endsAt } });
    const states = async () => {
      const answer = await caller.get<{ events: string[] }>(`/landlord/v1/events?after=${String(last)}`);
      const events = await Promise.all(
        answer.json.events.map((jws) => verifyDocument(LandlordEvent, 'ocx-event+jwt', jws, landlord.jwk)),
      );
      return events.filter(({ kind, lease_id }) => kind === 'lease' && lease_id === lease.id).map(({ state }) => state);
    };
    await expect.poll(states, { timeout: 20_000 }).toEqual(['active', 'ending', 'ended']);
    const page = await caller.get<{ leases: { id: string; state: string; usage_seq: number }[] }>(
      '/landlord/v1/leases',
    );
    expect(page.json.leases.find(({ id }) => id === lease.id)).toMatchObject({ state: 'ended', usage_seq: 1 });
    const [first] = page.json.leases;
    const rest = await caller.get<{ leases: { id: string }[] }>(`/landlord/v1/leases?after=${first?.id ?? ''}`);
    expect(rest.json.leases).toHaveLength(page.json.leases.length - 1);
  });

  it('follows its configuration: admission, kill switch, new prices, less capacity', async () => {
    const attempt = async () => {
      const draft = await world.exchange.draft(landlord, { product: TINY });
      return { draft, reason: async () => (await world.exchange.claim(landlord, draft)).json.reason };
    };
    const version = async () => (await world.exchange.offer(landlord, TINY)).version;
    const from = await version();
    await service.configure(landlordFile({ admission: { domains: ['physics'], deny_projects: [] } }));
    await expect.poll(version, { timeout: 20_000 }).toBe(from + 1);
    expect(await (await attempt()).reason()).toBe('not_admitted');

    await service.configure(landlordFile({ admission: { domains: [], deny_projects: [TEST_PROJECT.id] } }));
    await expect.poll(version, { timeout: 20_000 }).toBe(from + 2);
    const { draft } = await attempt();
    expect((await world.exchange.claim(landlord, draft)).json.reason).toBe('not_admitted');

    const feed = (await world.exchange.caller(landlord)).feed();
    const offers = async () => (await feed.get<{ offers: string[] }>('/landlord/v1/offers')).json.offers.length;
    await service.configure(landlordFile({ closed: true }));
    await expect.poll(offers, { timeout: 20_000 }).toBe(0);
    expect((await world.exchange.claim(landlord, draft)).json.reason).toBe('closed');

    await service.configure('{"name": "harvard"');
    await service.configure(landlordFile({ capacity: { vcpus: 0, ram: 10_000, disk: 100 } }));
    await expect.poll(offers, { timeout: 20_000 }).toBe(2);
    expect((await world.exchange.offer(landlord, TINY)).capacity).toBe(0);
    expect(await (await attempt()).reason()).toBe('no_capacity');
    await service.configure(landlordFile());
    await expect.poll(async () => (await world.exchange.offer(landlord, TINY)).capacity, { timeout: 20_000 }).toBe(10);
  });
});
