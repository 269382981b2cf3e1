import { z } from 'zod';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { StockClient } from '../conformance/stock-client.js';
import { ExchangeUnderTest, type TestTenant } from '../test-exchange.js';

const Quote = z.object({ quote: z.object({ offers: z.array(z.object({ price_per_hour: z.string() })) }) });
const Orders = z.object({ orders: z.array(z.object({ state: z.string(), reason: z.string().nullable() })) });

interface Server {
  readonly id: string;
  readonly status: string;
}

/** A tenant lets a friend spend some of the project's credits; the friend has an ordinary OpenStack client. */
describe('a friend with a budget', () => {
  let exchange: ExchangeUnderTest;
  let member: TestTenant;
  let tenant: StockClient;
  let friend: StockClient;
  let credential: string;

  const create = (client: StockClient, name: string) =>
    client.json<Server>('server', 'create', '--image', 'demonstration', '--flavor', 'm1.tiny', '--wait', name);
  const orders = async () =>
    (await member.session.get(Orders, `${exchange.urls.broker}/exchange/v1/orders?limit=10`)).orders;

  beforeAll(async () => {
    exchange = await ExchangeUnderTest.open(inject('exchangeDirectory'));
    member = await exchange.newTenant('generous');
    tenant = new StockClient(member.passwordOpenrc);
    const wanted = { resource_type: 'server', product_id: 'm1.tiny' };
    const { quote } = await member.session.post(Quote, `${exchange.urls.broker}/exchange/v1/quotes`, wanted);
    // An hour of the cheapest, which is what an order holds, and half of another.
    const hour = BigInt(quote.offers[0]?.price_per_hour ?? '0');
    expect(hour).toBeGreaterThan(0n);
    const openrc = await member.applicationCredentialOpenrc(undefined, String((hour * 3n) / 2n));
    credential = openrc['OS_APPLICATION_CREDENTIAL_ID'] ?? '';
    friend = new StockClient(openrc);
  });

  it('orders within it, and is told why nothing beyond is to be had', async () => {
    expect((await create(friend, 'first')).status).toBe('ACTIVE');
    const second = create(friend, 'second');
    await expect(second).rejects.toThrow(/403/);
    await expect(second).rejects.toThrow(new RegExp(`that delegation ${credential} may spend .* \\(no_budget\\)`));
    expect(await orders()).toEqual([
      { state: 'failed', reason: 'no_budget' },
      { state: 'filled', reason: null },
    ]);
  });

  it('sees what else the project has, and does not spend by it', async () => {
    const { id } = await create(tenant, 'own');
    expect((await friend.json<Server>('server', 'show', id)).status).toBe('ACTIVE');
    const closed = [
      ['server', 'stop', id],
      ['server', 'delete', id],
      ['container', 'create', 'pictures'],
    ];
    for (const command of closed) {
      await expect(friend.openstack(...command), command.join(' ')).rejects.toThrow(/403|outside_budget/);
    }
    expect((await tenant.json<Server>('server', 'show', id)).status).toBe('ACTIVE');
    await tenant.openstack('server', 'delete', '--wait', id);
  });

  it('has back what a server did not use', async () => {
    await friend.openstack('server', 'delete', '--wait', 'first');
    expect((await create(friend, 'third')).status).toBe('ACTIVE');
  });

  it('orders nothing more once the tenant ends the delegation; what there is stays the tenant’s', async () => {
    await tenant.openstack('application', 'credential', 'delete', credential);
    await expect(friend.openstack('server', 'list')).rejects.toThrow(/401|requires authentication/);
    expect((await tenant.json<Server>('server', 'show', 'third')).status).toBe('ACTIVE');
    await tenant.openstack('server', 'delete', '--wait', 'third');
  });
});
