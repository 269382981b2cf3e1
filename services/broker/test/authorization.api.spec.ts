import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { OrdersService } from '../src/market/orders/orders.service.js';
import { TestExchange } from './market-exchange.js';
import type { LandlordDouble } from './market-landlord.js';

let exchange: TestExchange;
let landlord: LandlordDouble;
let leaseId: string;
let orderId: string;

const OTHER = { id: 'b'.repeat(32), name: 'other' };

beforeAll(async () => {
  exchange = await TestExchange.start();
  landlord = await exchange.landlord('harvard');
  landlord.offer();
  await exchange.offered(landlord);
  const orders = exchange.broker.get(OrdersService, { strict: false });
  const request = { resourceType: 'server', productId: 'm1.tiny', quantity: 1 } as const;
  const { lease } = await orders.place(await exchange.principal(), request, () => Promise.resolve());
  leaseId = lease.id;
  orderId = lease.orderId;
});

afterAll(() => exchange.stop());

const operatorRoutes = () => [
  ['POST', '/exchange/v1/landlords/enrolment-codes'],
  ['POST', `/exchange/v1/accounts/${OTHER.id}/grants`],
  ['GET', `/exchange/v1/landlords/${landlord.id}/misbehaviour`],
];
const projectRoutes = () => [
  ['GET', `/exchange/v1/leases/${leaseId}`],
  ['GET', `/exchange/v1/leases/${leaseId}/receipts`],
  ['POST', `/exchange/v1/leases/${leaseId}/end`],
  ['GET', `/exchange/v1/orders/${orderId}`],
  ['GET', '/exchange/v1/accounts/0123456789abcdef0123456789abcdef'],
];
const anybodysRoutes = () => [
  ['GET', '/exchange/v1/landlords'],
  ['GET', `/exchange/v1/landlords/${landlord.id}`],
  ['GET', '/exchange/v1/offers'],
  ['GET', '/exchange/v1/inventory'],
  ['GET', '/exchange/v1/leases'],
  ['GET', '/exchange/v1/orders'],
  ['GET', '/exchange/v1/accounts'],
  ['GET', '/exchange/v1/budgets'],
  ['GET', '/exchange/v1/statements'],
  ['POST', '/exchange/v1/quotes'],
];
const headers = { 'idempotency-key': 'a-key' };

describe('who may', () => {
  it('answers 401 in problem form everywhere without a token', async () => {
    for (const [method = '', path = ''] of [...operatorRoutes(), ...projectRoutes(), ...anybodysRoutes()]) {
      const answer = await exchange.call(method, path, { headers });
      expect([path, answer.status]).toEqual([path, 401]);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    }
  });

  it.each([
    ['a tenant', { roles: ['member', 'reader'] }],
    ['the admin of a project', { roles: ['admin', 'member'] }],
    ['the admin of a domain', { domain: { id: 'd'.repeat(32), name: 'university' }, roles: ['admin'] }],
    ['a reader of the system', { system: true, roles: ['reader'] }],
  ])('refuses operator routes to %s', async (_, who) => {
    const token = await exchange.token(who);
    for (const [method = '', path = ''] of operatorRoutes()) {
      const answer = await exchange.call(method, path, {
        token,
        headers,
        ...(method === 'POST' ? { body: { amount: '1' } } : {}),
      });
      expect([path, answer.status]).toEqual([path, 403]);
    }
  });

  it('takes the admin of the system for the operator, as identity does', async () => {
    const token = await exchange.token({ system: true, roles: ['admin'] });
    const [, , [, path = ''] = []] = operatorRoutes();
    expect((await exchange.call('GET', path, { token })).status).toBe(200);
  });

  it('hides what belongs to another project', async () => {
    const token = await exchange.token({ project: OTHER, roles: ['member'] });
    for (const [method = '', path = ''] of projectRoutes()) {
      const answer = await exchange.call(method, path, { token, headers });
      expect([path, answer.status]).toEqual([path, 404]);
    }
    const leases = await exchange.call('GET', '/exchange/v1/leases', { token });
    expect(leases.body['leases']).toEqual([]);
  });

  it('lets a reader read and not end', async () => {
    const token = await exchange.token({ roles: ['reader'] });
    expect((await exchange.call('GET', `/exchange/v1/leases/${leaseId}`, { token })).status).toBe(200);
    expect((await exchange.call('POST', `/exchange/v1/leases/${leaseId}/end`, { token, headers })).status).toBe(403);
  });

  it('needs a project where money is concerned', async () => {
    const token = await exchange.token({ unscoped: true });
    expect((await exchange.call('GET', '/exchange/v1/leases', { token })).status).toBe(403);
    expect((await exchange.call('GET', '/exchange/v1/inventory', { token })).status).toBe(200);
  });

  it.each([
    ['expired', { expiresIn: -60 }],
    ['unsigned', { algorithm: 'none' as const }],
    ['confused', { algorithm: 'HS256' as const }],
    ['for another audience', { claims: { aud: 'landlord-0' } }],
    ['for two audiences', { claims: { aud: ['ocx:exchange', 'other'] } }],
    ['of an unknown key', { kid: 'unknown' }],
  ])('refuses a token that is %s', async (_, flaws) => {
    const token = await exchange.token(flaws);
    expect((await exchange.call('GET', '/exchange/v1/landlords', { token })).status).toBe(401);
  });

  it('refuses a forged token', async () => {
    const token = await exchange.token({ signedBy: await SigningKey.generate() });
    expect((await exchange.call('GET', '/exchange/v1/landlords', { token })).status).toBe(401);
  });

  it('refuses a revoked token within moments, and keeps serving others', async () => {
    const principal = await exchange.principal({ userId: 'c'.repeat(32) });
    const read = (token: string) => exchange.call('GET', '/exchange/v1/landlords', { token });
    expect((await read(principal.rawToken)).status).toBe(200);
    exchange.identity.revoke({ audit_id: principal.tokenId });
    await expect.poll(async () => (await read(principal.rawToken)).status, { timeout: 10_000 }).toBe(401);
    expect((await read(await exchange.token())).status).toBe(200);
  });
});

describe('operating', () => {
  it('issues credits once per idempotency key, and never without one', async () => {
    const token = await exchange.operator();
    const path = `/exchange/v1/accounts/${OTHER.id}/grants`;
    const body = { amount: '5000' };
    expect((await exchange.call('POST', path, { token, body })).status).toBe(400);
    const grant = () => exchange.call('POST', path, { token, body, headers: { 'idempotency-key': 'grant-1' } });
    expect((await grant()).body['account']).toMatchObject({ balance: '1000005000' });
    expect((await grant()).body['account']).toMatchObject({ balance: '1000005000' });
    const reused = await exchange.call('POST', path, {
      token,
      body: { amount: '6000' },
      headers: { 'idempotency-key': 'grant-1' },
    });
    expect(reused.body).toMatchObject({ status: 422, reason: 'key_reused' });
    expect(await exchange.balance('wallet', OTHER.id)).toBe(1_000_005_000n);
  });

  it('pages through a statement', async () => {
    const token = await exchange.token({ project: OTHER });
    const first = await exchange.call('GET', '/exchange/v1/statements?limit=1', { token });
    expect(first.body['statements']).toMatchObject([{ kind: 'grant', amount: '5000' }]);
    const second = await exchange.call('GET', String(first.body['next']), { token });
    expect(second.body['statements']).toMatchObject([{ kind: 'starting_grant', amount: '1000000000' }]);
  });

  it('fails closed while revocations cannot be told', async () => {
    const token = await exchange.token();
    await exchange.identity.stop();
    await expect
      .poll(async () => (await exchange.call('GET', '/exchange/v1/landlords', { token })).status, { timeout: 20_000 })
      .toBe(503);
  });
});
