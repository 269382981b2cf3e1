import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { TEST_PROJECT } from '@ocx/testing/token-mint';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CloudOfDoubles } from './proxy-exchange.js';
import type { OpenStackDouble } from './proxy-landlord.js';

const ACCOUNT = `AUTH_${TEST_PROJECT.id}`;

interface LeaseRow {
  id: string;
  landlord_id: string;
  state: string;
  reason: string | null;
  resource: { type: string };
}

let cloud: CloudOfDoubles;
let token: string;

beforeAll(async () => {
  cloud = await CloudOfDoubles.start();
  token = await cloud.exchange.token();
});

afterEach(() => {
  for (const landlord of [cloud.bluestone, cloud.granite]) landlord.behave = () => false;
});

afterAll(() => cloud.exchange.stop());

const at = (name: string) => ({ headers: { 'x-storage-policy': `standard@${name}` } });
const put = (container: string, landlord = 'bluestone') =>
  cloud.objects('PUT', `${ACCOUNT}/${container}`, token, at(landlord));
const remove = (path: string) => cloud.objects('DELETE', `${ACCOUNT}/${path}`, token);
const head = async (path: string) => (await cloud.objects('HEAD', `${ACCOUNT}/${path}`, token)).status;

async function leases(of: OpenStackDouble = cloud.bluestone): Promise<LeaseRow[]> {
  const { body } = await cloud.exchange.call('GET', '/exchange/v1/leases', { token });
  return (body['leases'] as LeaseRow[]).filter(({ landlord_id }) => landlord_id === of.landlord.id);
}

async function live(of: OpenStackDouble = cloud.bluestone): Promise<LeaseRow> {
  const active = (await leases(of)).filter(({ state }) => state === 'active');
  expect(active).toHaveLength(1);
  return active[0] as LeaseRow;
}

const end = (id: string, body?: unknown) =>
  cloud.exchange.call('POST', `/exchange/v1/leases/${id}/end`, {
    token,
    headers: { 'idempotency-key': randomUUID() },
    ...(body === undefined ? {} : { body }),
  });

/** Makes the landlord answer requests that match only after `release` was called. */
function holding(landlord: OpenStackDouble, matches: (line: string) => boolean, status: number) {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let arrived: () => void = () => undefined;
  const arrival = new Promise<void>((resolve) => (arrived = resolve));
  landlord.behave = (request, response) => {
    if (!matches(`${request.method ?? ''} ${request.url ?? ''}`)) return false;
    arrived();
    void released.then(() => {
      response.writeHead(status).end();
    });
    return true;
  };
  return { arrival, release };
}

describe('an object account', () => {
  it('is not given back while a container is in it', async () => {
    await put('kept');
    const { id } = await live();
    const refused = await end(id);
    expect(refused.body).toMatchObject({ status: 409, reason: 'not_empty' });
    expect(refused.body['detail']).toContain('container kept');
    expect(await live()).toMatchObject({ id, reason: null });
    expect(await head('kept')).toBe(204);
    expect(cloud.bluestone.landlord.calls.filter((call) => call.endsWith(`${id}/end`))).toEqual([]);
  });

  it('is given back and settled when it is empty, and the next container makes a new one', async () => {
    await put('elsewhere', 'granite');
    const { id } = await live();
    await remove('kept');
    const ended = await end(id);
    expect(ended.body['lease']).toMatchObject({ id, state: 'settled', reason: 'given_back' });
    expect(await cloud.exchange.balance('escrow', id)).toBe(0n);
    expect((await end(id)).body['lease']).toMatchObject({ id, state: 'settled' });
    // What is at the other landlord is as it was.
    expect(await (await cloud.objects('GET', ACCOUNT, token)).text()).toBe('elsewhere\n');
    expect((await put('again')).status).toBe(201);
    expect((await live()).id).not.toBe(id);
    expect(await (await cloud.objects('GET', ACCOUNT, token)).text()).toBe('again\nelsewhere\n');
  });

  it('takes the choice of a default landlord with it', async () => {
    const other = await cloud.exchange.token({ project: { id: 'd'.repeat(32), name: 'other' } });
    const account = `AUTH_${'d'.repeat(32)}`;
    const make = () => cloud.objects('PUT', `${account}/c`, other);
    const policy = async () => (await cloud.objects('HEAD', `${account}/c`, other)).headers.get('x-storage-policy');
    const offer = cloud.bluestone.landlord.offers.find(({ product }) => product.type === 'object-store');
    if (!offer) throw new Error('no offer');
    await make();
    expect(await policy()).toBe('standard@bluestone');
    Object.assign(offer, { version: offer.version + 1, prices: [{ ...offer.prices[0], amount: '9' }] });
    await cloud.exchange.offered(cloud.bluestone.landlord);
    // As long as the account is leased, what is dearer now stays the choice.
    await cloud.objects('DELETE', `${account}/c`, other);
    await make();
    expect(await policy()).toBe('standard@bluestone');
    await cloud.objects('DELETE', `${account}/c`, other);
    const list = await cloud.exchange.call('GET', '/exchange/v1/leases', { token: other });
    const [lease] = list.body['leases'] as LeaseRow[];
    await cloud.exchange.call('POST', `/exchange/v1/leases/${lease?.id ?? ''}/end`, {
      token: other,
      headers: { 'idempotency-key': randomUUID() },
    });
    await make();
    expect(await policy()).toBe('standard@granite');
  });

  it('goes with everything in it when that is said', async () => {
    await put('doomed');
    await cloud.objects('PUT', `${ACCOUNT}/doomed/o`, token, { body: 'x' });
    const { id } = await live();
    expect((await end(id, { discard: 'yes' })).status).toBe(400);
    expect((await end(id, { discard: true })).body['lease']).toMatchObject({
      state: 'settled',
      reason: 'ended_by_tenant',
    });
    expect(await (await cloud.objects('GET', ACCOUNT, token)).text()).toBe('elsewhere\n');
    expect(await head('doomed')).toBe(404);
    // The name is free, for another landlord too.
    expect((await put('doomed', 'granite')).status).toBe(201);
    await remove('doomed');
  });

  it('stays leased when its landlord finds objects that the broker knows nothing of', async () => {
    await put('c');
    await remove('c');
    const { id } = await live();
    cloud.bluestone.landlord.holdsObjects = () => true;
    const refused = await end(id);
    expect(refused.body).toMatchObject({ status: 409, reason: 'not_empty' });
    expect(await live()).toMatchObject({ id, state: 'active', reason: null });
    expect(await cloud.exchange.sql('SELECT kind FROM outbox_tasks WHERE lease_id = $1', [id])).toEqual([]);
    expect((await put('c')).status).toBe(201);
    expect((await live()).id).toBe(id);
    await remove('c');
    // No landlord keeps a tenant: what it says it holds may be discarded.
    expect((await end(id, { discard: true })).body['lease']).toMatchObject({ state: 'settled' });
    cloud.bluestone.landlord.holdsObjects = () => cloud.bluestone.objects.size > 0;
  });

  it('of a landlord that is away ends when it is back; until then containers go elsewhere', async () => {
    await put('c');
    await remove('c');
    const { id } = await live();
    await cloud.bluestone.landlord.stop();
    expect((await end(id)).body['lease']).toMatchObject({ id, state: 'ending' });
    expect((await put('c')).status).toBe(503);
    expect((await cloud.objects('PUT', `${ACCOUNT}/c`, token)).status).toBe(201);
    expect((await cloud.objects('HEAD', `${ACCOUNT}/c`, token)).headers.get('x-storage-policy')).toBe(
      'standard@granite',
    );
    await remove('c');
    await cloud.bluestone.landlord.restart();
    const state = async () => (await leases()).find((lease) => lease.id === id)?.state;
    await expect.poll(state, { timeout: 30_000 }).toBe('settled');
  });

  it('is not what a container is made in that came while another process was giving it back', async () => {
    await put('c');
    await remove('c');
    const { id } = await live();
    const runner = cloud.exchange.broker.get(DataSource, { strict: false }).createQueryRunner();
    await runner.startTransaction();
    // What the other process does, one statement at a time.
    await runner.query('SELECT id FROM leases WHERE id = $1 FOR UPDATE', [id]);
    const made = put('late');
    const isWaiting = async () => {
      const [row] = await cloud.exchange.sql<{ waiting: string }>(
        `SELECT count(*) AS waiting FROM pg_locks WHERE NOT granted AND pid IN
           (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`,
      );
      return row?.waiting;
    };
    await expect.poll(isWaiting, { timeout: 10_000 }).toBe('1');
    await runner.query(`UPDATE leases SET state = 'ending', reason = 'given_back' WHERE id = $1`, [id]);
    await runner.query(`INSERT INTO outbox_tasks (lease_id, kind, run_at) VALUES ($1, 'end', now())`, [id]);
    await runner.commitTransaction();
    await runner.release();
    expect((await made).status).toBe(201);
    expect((await live()).id).not.toBe(id);
    expect(await head('late')).toBe(204);
    expect((await leases()).find((lease) => lease.id === id)).toMatchObject({ state: 'settled' });
    await remove('late');
  });

  it('is waited for while its landlord ends it', async () => {
    await put('c');
    await remove('c');
    const { id } = await live();
    const { landlord } = cloud.bluestone;
    const honest = landlord.misbehave;
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    landlord.misbehave = async (request, response) => {
      if (request.url?.endsWith('/end') === true) await released;
      return honest(request, response);
    };
    const ended = end(id);
    await expect.poll(async () => (await leases()).find((lease) => lease.id === id)?.state).toBe('ending');
    const made = put('late');
    release();
    expect((await made).status).toBe(201);
    expect((await ended).body['lease']).toMatchObject({ state: 'settled' });
    landlord.misbehave = honest;
    expect((await live()).id).not.toBe(id);
    expect(await head('late')).toBe(204);
    await remove('late');
  });

  it('that is given back while containers are made loses none of them', { timeout: 120_000 }, async () => {
    const seen = new Set<string>();
    for (let round = 0; round < 10; round += 1) {
      await put('first');
      await remove('first');
      const { id } = await live();
      const names = ['a', 'b', 'c'];
      const later = async (name: string) => {
        await delay(round * 4);
        return put(name);
      };
      const [ended, ...made] = await Promise.all([end(id), ...names.map(later)]);
      expect(made.map(({ status }) => status)).toEqual([201, 201, 201]);
      const now = await live();
      if (ended.status === 200) {
        expect(now.id).not.toBe(id);
        expect(ended.body['lease']).toMatchObject({ id, state: 'settled' });
      } else {
        expect([ended.status, ended.body['reason'], now.id]).toEqual([409, 'not_empty', id]);
      }
      seen.add(String(ended.status));
      expect([...cloud.bluestone.containers].sort()).toEqual(names);
      expect(await (await cloud.objects('GET', ACCOUNT, token)).text()).toContain('a\nb\nc\n');
      for (const name of names) expect((await remove(name)).status).toBe(204);
    }
    expect(['200', '409']).toEqual(expect.arrayContaining([...seen]));
  });
});

describe('a container that two requests are about', () => {
  it('is kept when it was made again before the older delete was answered', async () => {
    await put('twice');
    const { arrival, release } = holding(cloud.bluestone, (line) => line.startsWith('DELETE'), 204);
    const deleted = remove('twice');
    await arrival;
    expect((await put('twice')).status).toBe(201);
    release();
    expect((await deleted).status).toBe(204);
    expect(await head('twice')).toBe(204);
    expect((await end((await live()).id)).body).toMatchObject({ status: 409, reason: 'not_empty' });
    cloud.bluestone.behave = () => false;
    await remove('twice');
  });

  it('is kept when one of two creators is refused', async () => {
    let first = true;
    const isFirst = (line: string) => {
      const mine = first && line.startsWith('PUT') && line.endsWith('/both');
      if (mine) first = false;
      return mine;
    };
    const { arrival, release } = holding(cloud.bluestone, isFirst, 400);
    const refused = put('both');
    await arrival;
    expect((await put('both')).status).toBe(201);
    release();
    expect((await refused).status).toBe(400);
    expect(await head('both')).toBe(204);
    await remove('both');
    expect(await head('both')).toBe(404);
  });
});
