import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LandlordAction, type LandlordAccess } from '@ocx/openstack-api/exchange/tokens';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import type { EnrolledLandlord } from '@ocx/testing/fake-exchange';
import { FakeIdentity } from '@ocx/testing/fake-identity';
import type { LandlordCaller, Tenant } from '@ocx/testing/landlord-caller';
import { routesOf } from '@ocx/service-kit/routes';
import { landlordFile, TestWorld, type TestLandlord } from './landlord-app.js';

const LEASE = '11111111-2222-4333-8444-555555555555';

/** Every guarded route of the kit and the actions that open it; all others must find it closed. */
const ROUTES: { method: string; path: string; opens: LandlordAction[] }[] = [
  { method: 'GET', path: '/landlord/v1/offers', opens: ['feed'] },
  { method: 'POST', path: '/landlord/v1/leases', opens: ['claim', 'heal'] },
  { method: 'GET', path: '/landlord/v1/leases', opens: ['feed'] },
  { method: 'POST', path: `/landlord/v1/leases/${LEASE}/end`, opens: ['end', 'write'] },
  { method: 'GET', path: `/landlord/v1/leases/${LEASE}/usage`, opens: ['feed', 'settle', 'read'] },
  { method: 'GET', path: '/landlord/v1/events', opens: ['feed'] },
  { method: 'GET', path: '/v2.1/servers', opens: ['read'] },
  { method: 'POST', path: '/v2.1/servers', opens: ['create'] },
];

/** What anyone may read, and the challenge, which signs only what this landlord says of itself. */
const PUBLIC = ['GET /landlord/v1', 'POST /landlord/v1/challenge'];

describe('who may call a landlord', () => {
  let world: TestWorld;
  let own: FakeIdentity;
  let service: TestLandlord;
  let landlord: EnrolledLandlord;
  let caller: LandlordCaller;

  beforeAll(async () => {
    world = await TestWorld.start();
    own = await FakeIdentity.start();
    service = await world.landlord({
      env: { OCX_STANDALONE_ISSUER: own.issuer, OCX_STANDALONE_JWKS_URL: own.jwksUrl },
    });
    landlord = await world.enrolled();
    caller = await world.exchange.caller(landlord);
  });
  afterAll(async () => {
    await world.stop();
    await own.stop();
  });

  const list = async (tenant: Tenant = {}, proof = {}) =>
    (await caller.as(tenant).request('GET', '/v2.1/servers', { proof })).status;

  it('knows every route there is', () => {
    const known = [...ROUTES.map(({ method, path }) => `${method} ${path.replace(LEASE, ':id')}`), ...PUBLIC];
    const declared = routesOf(service.app).map(({ method, path }) => `${method} ${path}`);
    expect(declared.filter((route) => !known.includes(route))).toEqual(['GET /v2.1/servers/undeclared']);
    expect(known.filter((route) => !declared.includes(route))).toEqual([]);
  });

  it('opens every route to the actions it declares and to no other', async () => {
    for (const { method, path, opens } of ROUTES) {
      for (const action of LandlordAction.options) {
        const access: Omit<LandlordAccess, 'type'> = { actions: [action], lease_id: LEASE };
        const { status } = await caller.as({ access }).request(method, path);
        expect([method, path, action, status === 403]).toEqual([
          method,
          path,
          action,
          !opens.includes(action) || action === 'create',
        ]);
        expect(status).not.toBe(401);
      }
      const anonymous = await fetch(`${service.url}${path}`, { method });
      expect([path, anonymous.status]).toEqual([path, 401]);
    }
  });

  it('keeps routes closed that declare nothing', async () => {
    expect((await caller.as().get('/v2.1/servers/undeclared')).status).toBe(403);
  });

  it('needs a project on OpenStack’s paths', async () => {
    expect(await list()).toBe(200);
    expect(await list({ projectId: null, access: { actions: ['read'] } })).toBe(403);
  });

  it('refuses bad tokens', async () => {
    const stranger = await SigningKey.generate();
    expect(await list({ token: { expiresIn: -10 } })).toBe(401);
    expect(await list({ token: { algorithm: 'none' } })).toBe(401);
    expect(await list({ token: { algorithm: 'HS256' } })).toBe(401);
    expect(await list({ token: { signedBy: stranger } })).toBe(401);
    expect(await list({ token: { kid: stranger.thumbprint } })).toBe(401);
    expect(await list({ token: { typ: 'JWT' } })).toBe(401);
    expect(await list({ token: { landlordId: `landlord-${'0'.repeat(32)}` } })).toBe(401);
    expect(await list({ token: { claims: { aud: [landlord.landlordId, 'ocx:exchange'] } } })).toBe(401);
    expect(await list({ token: { claims: { iss: 'http://other.example/v3' } } })).toBe(401);
    expect(await list({ token: { claims: { cnf: undefined } } })).toBe(401);
    expect(await list({ token: { expiresIn: 3600 } })).toBe(401);
  });

  it('refuses a good token without the proof of its key', async () => {
    const stranger = await SigningKey.generate();
    expect(await list({}, { omit: true })).toBe(401);
    expect(await list({}, { key: stranger })).toBe(401);
    expect(await list({}, { method: 'POST' })).toBe(401);
    expect(await list({}, { url: 'http://127.0.0.1:1/v2.1/servers' })).toBe(401);
    const session = caller.as();
    const headers = await session.headers('GET', '/v2.1/servers');
    const send = async () => (await fetch(`${service.url}/v2.1/servers`, { headers })).status;
    expect(await send()).toBe(200);
    expect(await send()).toBe(401);
    const token = (headers['authorization'] ?? '').slice(5);
    const bearers: Record<string, string>[] = [{ authorization: `Bearer ${token}` }, { 'x-auth-token': token }];
    for (const bearer of bearers) {
      expect((await fetch(`${service.url}/v2.1/servers`, { headers: bearer })).status).toBe(401);
    }
  });

  it('never accepts a tenant’s exchange token', async () => {
    const token = await world.identity.exchangeToken();
    expect((await fetch(`${service.url}/v2.1/servers`, { headers: { 'x-auth-token': token } })).status).toBe(401);
  });

  it('does not accept it either when the exchange is pinned as its own issuer by mistake', async () => {
    const { issuer, jwksUrl } = world.identity;
    const mistaken = await world.landlord({
      file: landlordFile({ name: 'mit', region: 'mit' }),
      env: { OCX_STANDALONE_ISSUER: issuer, OCX_STANDALONE_JWKS_URL: jwksUrl },
    });
    await world.enrolled('mit');
    const headers = { 'x-auth-token': await world.identity.exchangeToken() };
    expect((await fetch(`${mistaken.url}/v2.1/servers`, { headers })).status).toBe(401);
  });

  it('serves its own users under its own issuer, in a world of their own', async () => {
    const as = async (path: string, roles: string[], method = 'GET') => {
      const headers = { 'x-auth-token': await own.exchangeToken({ roles }) };
      return fetch(`${service.url}${path}`, { method, headers });
    };
    expect(await (await as('/v2.1/servers', ['reader'])).json()).toEqual({ realm: 'own', roles: ['reader'] });
    expect(await (await as('/v2.1/servers', ['member'], 'POST')).json()).toEqual({ id: null });
    expect((await as('/v2.1/servers', ['reader'], 'POST')).status).toBe(403);
    expect((await as('/v2.1/servers', ['visitor'])).status).toBe(403);
    for (const { method, path } of ROUTES.filter((route) => route.path.startsWith('/landlord/'))) {
      expect([path, (await as(path, ['admin'], method)).status]).toEqual([path, 403]);
    }
  });

  it('drops the exchange’s role admin unless its configuration lets it through', async () => {
    const roles = async () =>
      (await caller.as({ roles: ['admin', 'member'] }).get<{ roles: string[] }>('/v2.1/servers')).json.roles;
    expect(await roles()).toEqual(['member']);
    await service.configure(landlordFile({ accept_exchange_admin: true }));
    await expect.poll(roles, { timeout: 20_000 }).toEqual(['admin', 'member']);
  });
});
