import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { LandlordBreaker } from '../src/landlords/landlord-breaker.js';
import { LandlordConnections } from '../src/landlords/landlord-connections.js';
import { InventoryListener, InventoryListeners, type ResourceChange } from '../src/landlords/inventory-listener.js';
import { LandlordsService } from '../src/landlords/landlords.service.js';
import { LeasesService } from '../src/market/leases/leases.service.js';
import { OffersService } from '../src/market/offers/offers.service.js';
import { OrdersService } from '../src/market/orders/orders.service.js';
import type { OrderRequest } from '../src/market/orders/order.js';
import { TestExchange } from './market-exchange.js';
import { LandlordDouble } from './market-landlord.js';

const SERVER: OrderRequest = { resourceType: 'server', productId: 'm1.tiny', quantity: 1 };

class Recorder extends InventoryListener {
  readonly changes: ResourceChange[] = [];
  override resourceChanged(_: unknown, change: ResourceChange): Promise<void> {
    this.changes.push(change);
    return Promise.resolve();
  }
  override resync(): Promise<void> {
    return Promise.resolve();
  }
  override leaseEnded(): Promise<void> {
    return Promise.resolve();
  }
}

let exchange: TestExchange;
let honest: LandlordDouble;
let evil: LandlordDouble;
const recorder = new Recorder();

beforeAll(async () => {
  exchange = await TestExchange.start();
  honest = await exchange.landlord('honest');
  evil = await exchange.landlord('evil');
  honest.offer({ capacity: 100 });
  evil.offer({ capacity: 100, prices: [{ meter: 'server_seconds', relation: 'anyone', amount: '1', per: '1' }] });
  await exchange.offered(honest);
  await exchange.offered(evil);
  exchange.broker.get(InventoryListeners, { strict: false }).add(recorder);
});

afterEach(() => {
  evil.misbehave = () => false;
});

afterAll(() => exchange.stop());

const get = <T>(token: abstract new (...args: never[]) => T): T => exchange.broker.get<T>(token, { strict: false });
const made = () => Promise.resolve();
const dropped = () => get(LandlordBreaker).dropped(evil.id);

async function landlordOf(double: LandlordDouble) {
  const landlord = await get(LandlordsService).byId(double.id);
  if (!landlord) throw new Error('not enrolled');
  return landlord;
}

async function leaseAt(double: LandlordDouble) {
  const { lease } = await get(OrdersService).place(
    await exchange.principal(),
    { ...SERVER, region: double.name },
    made,
  );
  return lease;
}

async function shown(id: string) {
  const answer = await exchange.call('GET', `/exchange/v1/leases/${id}`, { token: await exchange.token() });
  return answer.body['lease'] as { cost: string; state: string };
}

describe('a landlord that claims more than was used', () => {
  it.each([
    ['seconds that have not passed', { meters: { server_seconds: '86400' } }, 'usage_over_claimed'],
    ['a meter without a price', { meters: { volume_gib_seconds: '1' } }, 'usage_unpriced_meter'],
    ['time before the lease', { from: '2020-01-01T00:00:00.000Z' }, 'usage_out_of_time'],
    ['another lease', { lease_id: '11111111-1111-4111-8111-111111111111' }, 'usage_foreign'],
    ['a gap', { seq: 7 }, 'usage_gap'],
    ['another chain', { prev: 'a'.repeat(64) }, 'usage_broken_chain'],
  ])('is not paid for %s', async (_, change, counter) => {
    const lease = await leaseAt(evil);
    const before = dropped()[counter] ?? 0;
    await evil.use(lease.id, change);
    expect(await shown(lease.id)).toMatchObject({ cost: '0', state: 'active' });
    expect(dropped()[counter]).toBeGreaterThan(before);
    expect((await get(LeasesService).end('system', lease.id, 'test')).charged).toBe(0n);
  });

  it('is not paid for what somebody else signed', async () => {
    const lease = await leaseAt(evil);
    await evil.use(lease.id, { meters: { server_seconds: '1' } }, await SigningKey.generate());
    expect(await shown(lease.id)).toMatchObject({ cost: '0' });
    expect(dropped()['usage_signature']).toBeGreaterThan(0);
    await get(LeasesService).end('system', lease.id, 'test');
  });

  it('is paid until the tenant ended the lease, however long it takes to say so', async () => {
    const lease = await leaseAt(honest);
    const double = honest.leases.get(lease.id);
    if (double) double.acceptedAt -= 60_000;
    honest.misbehave = (request, response) => {
      if (request.url?.endsWith('/end') !== true) return false;
      response.writeHead(503).end();
      return true;
    };
    expect((await get(LeasesService).end('system', lease.id, 'test')).state).toBe('ending');
    // As if it had been accepted a minute ago, and ended ten seconds later.
    const minuteAgo = `UPDATE leases SET accepted_at = accepted_at - interval '60 seconds' WHERE id = $1`;
    await exchange.sql(minuteAgo, [lease.id]);
    await exchange.sql(`UPDATE leases SET ended_at = accepted_at + interval '10 seconds' WHERE id = $1`, [lease.id]);
    honest.misbehave = () => false;
    await expect
      .poll(async () => (await get(LeasesService).byId(lease.id))?.state, { timeout: 40_000 })
      .toBe('settled');
    // Ten seconds, five for clocks that differ, and one begun; 10/3 each.
    expect((await get(LeasesService).byId(lease.id))?.charged).toBe(53n);
  });

  it('is paid once for a record that it sends again and again', async () => {
    const lease = await leaseAt(honest);
    const revenue = await exchange.balance('revenue', honest.id);
    const jws = await honest.use(lease.id, { meters: { server_seconds: '1' } });
    honest.leases.get(lease.id)?.usage.splice(0, 1, jws, jws, jws);
    const costs = await Promise.all(Array.from({ length: 4 }, () => shown(lease.id)));
    for (const { cost } of costs) expect(cost).toBe('3');
    expect((await exchange.balance('revenue', honest.id)) - revenue).toBe(3n);
    honest.leases.get(lease.id)?.usage.splice(1);
    await get(LeasesService).end('system', lease.id, 'test');
  });
});

describe('a landlord whose answers are traps', () => {
  const pull = async () => get(OffersService).pull(await landlordOf(evil));

  it('offers for another landlord, in the future, unsigned or twice: none counts', async () => {
    const [good] = evil.offers;
    const foreign = evil.offer({ landlord_id: honest.id });
    const future = evil.offer({ issued_at: '2999-01-01T00:00:00.000Z' });
    const key = await SigningKey.generate();
    evil.misbehave = async (request, response) => {
      if (!request.url?.startsWith('/landlord/v1/offers')) return false;
      const offers = await Promise.all([
        evil.key.sign('ocx-offer+jwt', { ...good, issued_at: new Date().toISOString() }),
        evil.key.sign('ocx-offer+jwt', foreign),
        evil.key.sign('ocx-offer+jwt', future),
        key.sign('ocx-offer+jwt', good ?? {}),
        Promise.resolve('not a document'),
      ]);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ offers }));
      return true;
    };
    await pull();
    evil.offers = good ? [good] : [];
    const rows = await exchange.sql<{ id: string }>('SELECT id FROM offers WHERE landlord_id = $1 AND NOT withdrawn', [
      evil.id,
    ]);
    expect(rows).toEqual([{ id: good?.id }]);
    expect(dropped()).toMatchObject({ offer_foreign: expect.any(Number), offer_refused: expect.any(Number) });
  });

  it('an endless body is cut off', async () => {
    evil.misbehave = (request, response) => {
      if (!request.url?.startsWith('/landlord/v1/offers')) return false;
      response.writeHead(200, { 'content-type': 'application/json' });
      const pour = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 0x20)));
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
      return true;
    };
    await expect(pull()).rejects.toMatchObject({ name: expect.stringMatching(/^Peer/) });
  });

  it('a slow drip ends at the deadline', async () => {
    evil.misbehave = (request, response) => {
      if (!request.url?.startsWith('/landlord/v1/offers')) return false;
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 50);
      response.once('close', () => {
        clearInterval(timer);
      });
      return true;
    };
    await expect(pull()).rejects.toMatchObject({ name: 'PeerTimeout' });
  });

  it('a redirect is not followed', async () => {
    evil.misbehave = (request, response) => {
      if (!request.url?.startsWith('/landlord/v1/offers')) return false;
      response.writeHead(302, { location: `${honest.url}/landlord/v1/stolen` }).end();
      return true;
    };
    await expect(pull()).rejects.toMatchObject({ name: 'PeerMisbehaved' });
    expect(honest.calls).not.toContain('GET /landlord/v1/stolen');
  });

  it('an acceptance of another lease is none: the next offer is taken and nothing is charged', async () => {
    evil.misbehave = async (request, response) => {
      if (request.method !== 'POST' || request.url !== '/landlord/v1/leases') return false;
      const acceptance = await evil.key.sign('ocx-acceptance+jwt', {
        lease_id: '11111111-1111-4111-8111-111111111111',
        landlord_id: evil.id,
        lease_sha256: 'a'.repeat(64),
        accepted_at: new Date().toISOString(),
      });
      response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ acceptance }));
      return true;
    };
    const { lease, landlord } = await get(OrdersService).place(await exchange.principal(), SERVER, made);
    expect(landlord.name).toBe('honest');
    expect(dropped()['acceptance_foreign']).toBeGreaterThan(0);
    await get(LeasesService).end('system', lease.id, 'test');
  });

  it('an event about a lease of another landlord is dropped; honest ones arrive', async () => {
    const lease = await leaseAt(honest);
    await evil.emit({ kind: 'resource', lease_id: lease.id, resource: lease.resource, state: 'ERROR' });
    await evil.emit({ kind: 'lease', lease_id: lease.id, resource: lease.resource, state: 'ended' });
    await honest.emit({ kind: 'resource', lease_id: lease.id, resource: lease.resource, state: 'ACTIVE' });
    await expect
      .poll(() => recorder.changes.filter(({ leaseId }) => leaseId === lease.id).map(({ state }) => state), {
        timeout: 15_000,
      })
      .toEqual(['ACTIVE']);
    await expect.poll(() => dropped()['event_foreign'] ?? 0, { timeout: 15_000 }).toBeGreaterThanOrEqual(2);
    expect((await get(LeasesService).byId(lease.id))?.state).toBe('active');
    await get(LeasesService).end('system', lease.id, 'test');
  });
});

describe('a landlord that is down', () => {
  it('costs nothing after the first failures, keeps its leases ending, and is found again', async () => {
    const lease = await leaseAt(evil);
    await evil.stop();
    const connections = get(LandlordConnections);
    const landlord = await landlordOf(evil);
    await expect.poll(() => connections.isReachable(landlord), { timeout: 15_000 }).toBe(false);
    const { landlord: chosen, lease: elsewhere } = await get(OrdersService).place(
      await exchange.principal(),
      SERVER,
      made,
    );
    expect(chosen.name).toBe('honest');
    await get(LeasesService).end('system', elsewhere.id, 'test');
    expect((await get(LeasesService).end('system', lease.id, 'test')).state).toBe('ending');
    await expect(
      get(OrdersService).place(await exchange.principal(), { ...SERVER, region: 'evil' }, made),
    ).rejects.toMatchObject({ reason: 'landlord_unreachable' });
    await evil.restart();
    await expect
      .poll(async () => (await get(LeasesService).byId(lease.id))?.state, { timeout: 40_000 })
      .toBe('settled');
    await expect.poll(() => connections.isReachable(landlord), { timeout: 20_000 }).toBe(true);
  });

  it('has leases ended that only it knows to be running', async () => {
    const lease = await leaseAt(evil);
    // As if the broker had been restored to a moment at which the lease had failed.
    await exchange.sql(`UPDATE leases SET state = 'failed' WHERE id = $1`, [lease.id]);
    await evil.stop();
    await evil.restart();
    await expect.poll(() => evil.leases.get(lease.id)?.state, { timeout: 20_000 }).toBe('ended');
  });
});
