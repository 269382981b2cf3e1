import type { IncomingMessage, ServerResponse } from 'node:http';
import { decodeJwt } from 'jose';
import type { Lease } from '@ocx/openstack-api/exchange/documents';
import { documentHash } from '@ocx/openstack-client/documents';
import { TEST_PROJECT } from '@ocx/testing/token-mint';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CloudOfDoubles, STANDARD_VOLUME } from './proxy-exchange.js';

const VOLUME = `/regions/exchange/volume/v3/${TEST_PROJECT.id}`;
/** Granite's price: two micro-credits for a GiB and second. */
const HOURLY = 7_200n;

let cloud: CloudOfDoubles;
let token: string;
let id: string;
let leaseId: string;
let honest: CloudOfDoubles['granite']['landlord']['misbehave'];

const call = (method: string, path: string, body?: unknown) => cloud.exchange.call(method, path, { token, body });
const extend = (size: unknown, volume = id) =>
  call('POST', `${VOLUME}/volumes/${volume}/action`, { 'os-extend': { new_size: size } });
const lease = async () => (await call('GET', `/exchange/v1/leases/${leaseId}`)).body['lease'];
const size = async () => (await call('GET', `${VOLUME}/volumes/${id}`)).body['volume'].size as number;
const escrow = () => cloud.exchange.balance('escrow', leaseId);
const offer = () => {
  const found = cloud.granite.landlord.offers.find(({ product }) => product.id === STANDARD_VOLUME);
  if (!found) throw new Error('no offer');
  return found;
};
const amendments = () =>
  cloud.exchange.sql<{ quantity: string; state: string; reason: string | null }>(
    'SELECT quantity, state, reason FROM lease_amendments WHERE lease_id = $1 ORDER BY created_at',
    [leaseId],
  );
const tasks = () => cloud.exchange.sql(`SELECT kind FROM outbox_tasks WHERE lease_id = $1`, [leaseId]);
const runTasks = () => cloud.exchange.sql(`UPDATE outbox_tasks SET run_at = now() WHERE lease_id = $1`, [leaseId]);

/** Cuts the connection of the next claim, before or after the landlord has acted on it. */
function loseNextClaim(when: 'before' | 'after'): void {
  const { landlord } = cloud.granite;
  landlord.misbehave = async (request: IncomingMessage, response: ServerResponse) => {
    if (`${request.method ?? ''} ${request.url ?? ''}` !== 'POST /landlord/v1/leases') return honest(request, response);
    landlord.misbehave = honest;
    if (when === 'before') response.destroy();
    else response.end = (() => response.destroy()) as typeof response.end;
    return when === 'before';
  };
}

beforeAll(async () => {
  cloud = await CloudOfDoubles.start();
  token = await cloud.exchange.token();
  honest = cloud.granite.landlord.misbehave;
});

beforeEach(async () => {
  const made = await call('POST', `${VOLUME}/volumes`, {
    volume: { size: 1, name: 'v', availability_zone: 'granite' },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(202);
  id = String(made.body['volume'].id);
  const [row] = await cloud.exchange.sql<{ lease_id: string }>(
    'SELECT lease_id FROM inventory_resources WHERE id = $1',
    [id],
  );
  leaseId = row?.lease_id ?? '';
});

afterEach(async () => {
  cloud.granite.landlord.misbehave = honest;
  await call('DELETE', `${VOLUME}/volumes/${id}`);
});

afterAll(() => cloud.exchange.stop());

describe('extending a volume', () => {
  it('amends its lease, signed by both, and then makes it larger', async () => {
    const before = await lease();
    const left = offer().capacity;
    const answer = await extend(3);
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    expect(await size()).toBe(3);
    const after = await lease();
    expect(after).toMatchObject({ id: leaseId, quantity: 3, state: 'active', prices: before.prices });
    const was = decodeJwt<Lease>(before.document as string);
    expect(decodeJwt<Lease>(after.document as string)).toEqual({
      ...was,
      quantity: 3,
      issued_at: expect.any(String) as unknown,
      amends: documentHash(before.document as string),
    });
    expect(await escrow()).toBe(3n * HOURLY);
    expect(offer().capacity).toBe(left - 2);
    expect(await amendments()).toEqual([{ quantity: '3', state: 'accepted', reason: null }]);
    expect(await tasks()).toEqual([]);
    const limits = await call('GET', `${VOLUME}/limits`);
    expect(limits.body['limits'].absolute).toMatchObject({ totalGigabytesUsed: 3, totalVolumesUsed: 1 });
    const replaced = await cloud.exchange.sql<{ replaced_document: string }>(
      'SELECT replaced_document FROM lease_amendments WHERE lease_id = $1',
      [leaseId],
    );
    expect(replaced).toEqual([{ replaced_document: before.document }]);
  });

  it('pays for each size while it lasts, and for no more', async () => {
    const { landlord } = cloud.granite;
    const settle = async () => (await lease()).units['volume_gib_seconds'] as string | undefined;
    await landlord.use(leaseId, { meters: { volume_gib_seconds: '1' } });
    expect(await settle()).toBe('1');
    expect((await extend(100)).status).toBe(202);
    // A second that was begun is counted; more of the new size than there was time for is not.
    await landlord.use(leaseId, { meters: { volume_gib_seconds: '100' } });
    expect(await settle()).toBe('101');
    await landlord.use(leaseId, { meters: { volume_gib_seconds: '10000' } });
    expect(await settle()).toBe('101');
    const [row] = await cloud.exchange.sql<{ dispute: string }>('SELECT dispute FROM leases WHERE id = $1', [leaseId]);
    expect(row).toEqual({ dispute: 'over_claimed' });
  });

  it.each<[string, number, RegExp, () => unknown, unknown]>([
    ['no larger than it is', 400, /greater than current/, () => undefined, 1],
    ['of no size', 400, /new_size/, () => undefined, 'large'],
    ['beyond the quota', 413, /gigabytes quota/, () => undefined, 2000],
    ['beyond what the landlord has', 409, /no_capacity/, () => void (offer().capacity = 1), 3],
    [
      'on other terms than it has',
      409,
      /terms_changed/,
      async () => {
        const dearer = offer().prices.map((price) => ({ ...price, amount: '9' }));
        Object.assign(offer(), { version: offer().version + 1, prices: dearer });
        await cloud.exchange.offered(cloud.granite.landlord);
      },
      3,
    ],
    [
      'beyond its means',
      403,
      /no_funds/,
      () =>
        cloud.exchange.sql(`UPDATE ledger_accounts SET balance = 1 WHERE kind = 'wallet' AND owner = $1`, [
          TEST_PROJECT.id,
        ]),
      3,
    ],
  ])('is refused %s, and changes nothing', async (_, status, message, prepare, wanted) => {
    const offered = { ...offer() };
    const wallet = await cloud.exchange.balance('wallet', TEST_PROJECT.id);
    const before = await lease();
    await prepare();
    const refused = await extend(wanted);
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([status, expect.stringMatching(message)]);
    Object.assign(offer(), { capacity: offered.capacity, prices: offered.prices, version: offer().version + 1 });
    await cloud.exchange.offered(cloud.granite.landlord);
    await cloud.exchange.sql(`UPDATE ledger_accounts SET balance = $2 WHERE kind = 'wallet' AND owner = $1`, [
      TEST_PROJECT.id,
      wallet.toString(),
    ]);
    expect(await lease()).toMatchObject({ quantity: 1, document: before.document });
    expect([await size(), await escrow(), await tasks()]).toEqual([1, HOURLY, []]);
    expect(await cloud.exchange.sql(`SELECT id FROM quota_reservations`)).toEqual([]);
  });

  it('is refused for what is not there or somebody else’s, and in use', async () => {
    expect((await extend(3, '00000000-0000-4000-8000-000000000000')).status).toBe(404);
    const other = await cloud.exchange.token({ project: { id: 'e'.repeat(32), name: 'other' } });
    const path = `/regions/exchange/volume/v3/volumes/${id}/action`;
    const body = { 'os-extend': { new_size: 3 } };
    expect((await cloud.exchange.call('POST', path, { token: other, body })).status).toBe(404);
    const reader = await cloud.exchange.token({ roles: ['reader'] });
    expect((await cloud.exchange.call('POST', path, { token: reader, body })).status).toBe(403);
    Object.assign(cloud.granite.volumes.get(id) ?? {}, { status: 'in-use' });
    const used = await extend(3);
    expect([used.status, used.body['badRequest'].message]).toEqual([400, expect.stringContaining('currently in-use')]);
    expect(await lease()).toMatchObject({ quantity: 1 });
  });

  it('reads the offer anew when only its version has changed', async () => {
    Object.assign(offer(), { version: offer().version + 1 });
    expect((await extend(2)).status).toBe(202);
    expect(await amendments()).toEqual([
      { quantity: '2', state: 'refused', reason: 'offer_stale' },
      { quantity: '2', state: 'accepted', reason: null },
    ]);
    expect([await size(), await escrow()]).toEqual([2, 2n * HOURLY]);
  });

  it('is one lease when two ask at once', async () => {
    const answers = await Promise.all([extend(2), extend(5)]);
    const won = answers.filter(({ status }) => status === 202);
    expect(won.length).toBeGreaterThanOrEqual(1);
    for (const { status } of answers) expect([202, 400, 409]).toContain(status);
    const { quantity } = await lease();
    expect(await escrow()).toBe(BigInt(quantity as number) * HOURLY);
    expect(cloud.granite.landlord.leases.get(leaseId)?.document.quantity).toBe(quantity);
    expect((await amendments()).filter(({ state }) => state === 'pending')).toEqual([]);
  });
});

describe('extending a volume whose landlord', () => {
  it.each(['before', 'after'] as const)(
    'is lost %s it countersigned: the outbox finds out, and the tenant asks again',
    async (when) => {
      loseNextClaim(when);
      const lost = await extend(3);
      expect([lost.status, JSON.stringify(lost.body)]).toEqual([503, expect.stringContaining('found out')]);
      expect(await escrow()).toBe(3n * HOURLY);
      expect((await extend(4)).status).toBe(409);
      await runTasks();
      await expect.poll(tasks, { timeout: 15_000 }).toEqual([]);
      expect(await amendments()).toEqual([{ quantity: '3', state: 'accepted', reason: null }]);
      expect(await lease()).toMatchObject({ quantity: 3 });
      expect(await size()).toBe(1);
      expect((await extend(3)).status).toBe(202);
      expect([await size(), await escrow()]).toEqual([3, 3n * HOURLY]);
      expect(await amendments()).toHaveLength(1);
    },
  );

  it('is lost and then refuses: everything is as before', async () => {
    loseNextClaim('before');
    expect((await extend(3)).status).toBe(503);
    const { capacity } = offer();
    offer().capacity = 0;
    await runTasks();
    await expect.poll(tasks, { timeout: 15_000 }).toEqual([]);
    offer().capacity = capacity;
    expect(await amendments()).toEqual([{ quantity: '3', state: 'refused', reason: 'no_capacity' }]);
    expect(await escrow()).toBe(HOURLY);
    expect((await extend(2)).status).toBe(202);
  });

  it('says neither yes nor no keeps no escrow for ever', async () => {
    const { landlord } = cloud.granite;
    landlord.misbehave = (request, response) => {
      if (`${request.method ?? ''} ${request.url ?? ''}` !== 'POST /landlord/v1/leases')
        return honest(request, response);
      response.writeHead(418).end();
      return true;
    };
    expect((await extend(3)).status).toBe(503);
    await runTasks();
    await expect.poll(async () => (await amendments())[0]?.state).toBe('pending');
    await cloud.exchange.sql('UPDATE outbox_tasks SET attempts = 20, run_at = now() WHERE lease_id = $1', [leaseId]);
    await expect.poll(tasks, { timeout: 15_000 }).toEqual([]);
    expect(await amendments()).toEqual([{ quantity: '3', state: 'refused', reason: 'landlord_misbehaved' }]);
    expect([(await lease()).quantity, await escrow()]).toEqual([1, HOURLY]);
  });

  it('is lost, and whose volume is deleted meanwhile: nothing stays behind', async () => {
    loseNextClaim('after');
    expect((await extend(3)).status).toBe(503);
    expect((await call('DELETE', `${VOLUME}/volumes/${id}`)).status).toBe(202);
    await runTasks();
    await expect.poll(tasks, { timeout: 15_000 }).toEqual([]);
    expect(await amendments()).toEqual([{ quantity: '3', state: 'refused', reason: 'lease_ended' }]);
    expect(await lease()).toMatchObject({ state: 'settled' });
    expect(await escrow()).toBe(0n);
  });
});
