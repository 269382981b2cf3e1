import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_PROJECT } from '@ocx/testing/token-mint';
import { PeerUnreachable } from '@ocx/openstack-client/http';
import { InvalidInput } from '@ocx/service-kit/errors';
import { LeasesService } from '../src/market/leases/leases.service.js';
import { OrdersService } from '../src/market/orders/orders.service.js';
import type { OrderRequest } from '../src/market/orders/order.js';
import { TestExchange } from './market-exchange.js';
import type { LandlordDouble } from './market-landlord.js';

const SERVER: OrderRequest = { resourceType: 'server', productId: 'm1.tiny', quantity: 1 };
const project = (id: string) => ({ id: id.padEnd(32, '0'), name: id });

let exchange: TestExchange;
let harvard: LandlordDouble;
let mit: LandlordDouble;

beforeAll(async () => {
  exchange = await TestExchange.start();
  harvard = await exchange.landlord('harvard');
  mit = await exchange.landlord('mit');
  harvard.offer({ capacity: 50 });
  mit.offer({ capacity: 50, prices: [{ meter: 'server_seconds', relation: 'anyone', amount: '5', per: '1' }] });
  await exchange.offered(harvard);
  await exchange.offered(mit);
});

afterAll(() => exchange.stop());

const orders = () => exchange.broker.get(OrdersService, { strict: false });
const leases = () => exchange.broker.get(LeasesService, { strict: false });
const made = () => Promise.resolve('made');

async function invariants(): Promise<void> {
  const sums = await exchange.sql<{ sum: string }>('SELECT coalesce(sum(balance), 0) AS sum FROM ledger_accounts');
  expect(sums[0]?.sum).toBe('0');
  const negative = await exchange.sql(`SELECT 1 FROM ledger_accounts WHERE kind <> 'issuance' AND balance < 0`);
  expect(negative).toEqual([]);
}

describe('the market', () => {
  it('registers every region with every type', () => {
    const region = exchange.identity.regions.get('harvard') as { endpoints: { type: string; url: string }[] };
    const urls = Object.fromEntries(region.endpoints.map(({ type, url }) => [type, url]));
    expect(urls['compute']).toBe(`${exchange.url}/regions/harvard/compute/v2.1`);
    expect(urls['volumev3']).toBe(`${exchange.url}/regions/exchange/volume/v3/%(project_id)s`);
    expect(urls['object-store']).toBe(`${exchange.objectUrl}/regions/exchange/object-store/v1/AUTH_%(project_id)s`);
    expect(urls['identity']).toBe(`${exchange.identity.url}/v3`);
  });

  it('quotes the cheaper landlord first and says why the others are passed over', async () => {
    const token = await exchange.token();
    const answer = await exchange.call('POST', '/exchange/v1/quotes', {
      token,
      body: { resource_type: 'server', product_id: 'm1.tiny', max_price: '15000' },
    });
    expect(answer.status).toBe(200);
    const { offers, passed_over: passed } = answer.body['quote'];
    expect(offers).toMatchObject([{ region: 'harvard', price_per_hour: '12000', price_per_30_days: '8640000' }]);
    expect(passed).toMatchObject([{ region: 'mit', reason: 'price_cap' }]);
  });

  it('rents at the better offer, charges exactly what was used, and gives the rest back', async () => {
    const caller = await exchange.principal();
    const { lease, landlord, result } = await orders().place(caller, SERVER, made);
    expect(result).toBe('made');
    expect(landlord.name).toBe('harvard');
    expect(lease.state).toBe('active');
    expect(await exchange.balance('escrow', lease.id)).toBe(12_000n);
    const double = harvard.leases.get(lease.id);
    if (double) double.acceptedAt -= 2_000;
    await exchange.sql(`UPDATE leases SET accepted_at = accepted_at - interval '2 seconds' WHERE id = $1`, [lease.id]);
    await harvard.use(lease.id, { meters: { server_seconds: '1' } });
    await harvard.use(lease.id, { meters: { server_seconds: '1' } });
    const shown = await exchange.call('GET', `/exchange/v1/leases/${lease.id}`, { token: caller.rawToken });
    // Two records of 10/3 each, floored once: 6, not 3 + 3 by luck but floor(20/3).
    expect(shown.body['lease']).toMatchObject({ cost: '6', units: { server_seconds: '2' }, state: 'active' });
    const ended = await exchange.call('POST', `/exchange/v1/leases/${lease.id}/end`, {
      token: caller.rawToken,
      headers: { 'idempotency-key': 'end-1' },
    });
    expect(ended.body['lease']).toMatchObject({ state: 'settled' });
    expect(await exchange.balance('escrow', lease.id)).toBe(0n);
    const cost = BigInt(ended.body['lease'].cost as string);
    expect(await exchange.balance('revenue', harvard.id)).toBe(cost);
    expect(await exchange.balance('wallet', TEST_PROJECT.id)).toBe(1_000_000_000n - cost);
    const receipts = await exchange.call('GET', `/exchange/v1/leases/${lease.id}/receipts`, { token: caller.rawToken });
    expect(receipts.body['receipts']).toHaveLength(3);
    await invariants();
  });

  it('rents where the tenant says', async () => {
    const { lease, landlord } = await orders().place(await exchange.principal(), { ...SERVER, region: 'mit' }, made);
    expect(landlord.name).toBe('mit');
    expect((await leases().end('system', lease.id, 'test')).state).toBe('settled');
  });

  it('fails over when a landlord dies in the middle of a create, without a charge or an orphan', async () => {
    const caller = await exchange.principal();
    const before = await exchange.balance('wallet', TEST_PROJECT.id);
    const tried: string[] = [];
    const { lease } = await orders().place(caller, SERVER, (attempt, landlord) => {
      tried.push(landlord.name);
      return landlord.name === 'harvard' ? Promise.reject(new PeerUnreachable('gone')) : Promise.resolve();
    });
    expect(tried).toEqual(['harvard', 'mit']);
    await expect
      .poll(() => [...harvard.leases.values()].filter(({ state }) => state === 'active'), { timeout: 15_000 })
      .toEqual([]);
    await leases().end('system', lease.id, 'test');
    const after = await exchange.balance('wallet', TEST_PROJECT.id);
    expect(before - after).toBeLessThanOrEqual(20n);
    await invariants();
  });

  it('refuses what the landlord refuses the tenant, without trying elsewhere', async () => {
    const tried: string[] = [];
    const placing = orders().place(await exchange.principal(), SERVER, (lease, landlord) => {
      tried.push(landlord.name);
      return Promise.reject(new InvalidInput('The image does not exist.'));
    });
    await expect(placing).rejects.toThrow('The image does not exist.');
    expect(tried).toEqual(['harvard']);
    await invariants();
  });

  it('says why an order cannot be filled', async () => {
    const caller = await exchange.principal();
    const why = (request: Partial<OrderRequest>) =>
      expect(orders().place(caller, { ...SERVER, ...request }, made)).rejects;
    await why({ productId: 'm9.none' }).toMatchObject({ reason: 'unknown_product' });
    await why({ hints: { maxPrice: 1n } }).toMatchObject({ reason: 'price_cap' });
    await why({ productId: 'm1.small' }).toMatchObject({ reason: 'no_offers' });
    await why({ hints: { minReputation: 50 } }).toMatchObject({ reason: 'no_offers' });
    await why({ hints: { traits: ['CUSTOM_FPGA'] } }).toMatchObject({ reason: 'no_offers' });
  });

  it('asks again at the new terms when an offer has changed', async () => {
    const [offer] = harvard.offers;
    if (!offer) throw new Error('no offer');
    offer.version += 1;
    const { lease, landlord } = await orders().place(
      await exchange.principal(),
      { ...SERVER, region: 'harvard' },
      made,
    );
    expect(landlord.name).toBe('harvard');
    await leases().end('system', lease.id, 'test');
  });

  it('never lets an account go below zero, whatever happens at once', async () => {
    const poor = { project: project('poor') };
    const caller = await exchange.principal(poor);
    await exchange.call('GET', '/exchange/v1/accounts', { token: caller.rawToken });
    // Room for three hours at harvard's price.
    await exchange.sql(
      `WITH t AS (INSERT INTO ledger_transfers (id, kind, reference, caused_by)
         VALUES (gen_random_uuid(), 'grant', 'test-drain', 'test') RETURNING id)
       INSERT INTO ledger_entries (transfer_id, account_id, amount)
       SELECT t.id, a.id, CASE a.kind WHEN 'wallet' THEN -(1000000000 - 36000) ELSE 1000000000 - 36000 END
       FROM t, ledger_accounts a WHERE (a.kind = 'wallet' AND a.owner = $1) OR a.kind = 'issuance'`,
      [caller.projectId],
    );
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => orders().place(caller, { ...SERVER, region: 'harvard' }, made)),
    );
    const filled = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.lease.id] : []));
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(filled).toHaveLength(3);
    expect(refused).toHaveLength(5);
    for (const error of refused) expect(error).toMatchObject({ reason: 'no_funds' });
    for (const id of filled) await leases().end('system', id, 'test');
    await invariants();
  });

  it('takes one order under one idempotency key', async () => {
    const caller = await exchange.principal();
    const request = { ...SERVER, idempotencyKey: 'once' };
    const { lease } = await orders().place(caller, request, made);
    await expect(orders().place(caller, request, made)).rejects.toMatchObject({ reason: 'order_exists' });
    await leases().end('system', lease.id, 'test');
  });

  it('keeps the ledger append-only and balanced by the database itself', async () => {
    await expect(exchange.sql('UPDATE ledger_entries SET amount = 1')).rejects.toThrow('append-only');
    await expect(exchange.sql('DELETE FROM ledger_transfers')).rejects.toThrow('append-only');
    const lopsided = exchange.sql(
      `WITH t AS (INSERT INTO ledger_transfers (id, kind, reference, caused_by)
         VALUES (gen_random_uuid(), 'grant', 'test-lopsided', 'test') RETURNING id)
       INSERT INTO ledger_entries (transfer_id, account_id, amount)
       SELECT t.id, a.id, 5 FROM t, ledger_accounts a WHERE a.kind = 'wallet' LIMIT 1`,
    );
    await expect(lopsided).rejects.toThrow('does not balance');
  });
});
