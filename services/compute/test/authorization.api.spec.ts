import { randomUUID } from 'node:crypto';
import { LandlordAction, type LandlordAccess } from '@ocx/openstack-api/exchange/tokens';
import { routesOf } from '@ocx/service-kit/routes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ComputeWorld } from './compute-world.js';

const ID = '11111111-2222-4333-8444-555555555555';
const ANY = LandlordAction.options;

type Opens = readonly LandlordAction[] | 'everybody';

/** Every route and the actions of a landlord token that open it. */
const ROUTES: Record<string, Opens> = {
  'GET /': 'everybody',
  'GET /healthcheck': 'everybody',
  'GET /v2.1': 'everybody',
  'GET /image': 'everybody',
  'GET /image/versions': 'everybody',
  'GET /landlord/v1': 'everybody',
  'POST /landlord/v1/challenge': 'everybody',
  'GET /v2.1/flavors': ANY,
  'GET /v2.1/flavors/detail': ANY,
  'GET /v2.1/flavors/:id': ANY,
  'GET /v2.1/flavors/:id/os-extra_specs': ANY,
  'GET /v2.1/os-availability-zone': ANY,
  'GET /v2.1/limits': ['read'],
  'GET /v2.1/os-keypairs': ['read'],
  'POST /v2.1/os-keypairs': ['write'],
  'GET /v2.1/os-keypairs/:name': ['read'],
  'DELETE /v2.1/os-keypairs/:name': ['write'],
  'GET /v2.1/servers': ['read'],
  'GET /v2.1/servers/detail': ['read'],
  'POST /v2.1/servers': ['create'],
  'GET /v2.1/servers/:id': ['read'],
  'PUT /v2.1/servers/:id': ['write'],
  'DELETE /v2.1/servers/:id': ['write'],
  'POST /v2.1/servers/:id/action': ['write'],
  'GET /v2.1/servers/:id/os-instance-actions': ['read'],
  'GET /v2.1/servers/:id/os-instance-actions/:request': ['read'],
  'GET /v2.1/servers/:id/metadata': ['read'],
  'POST /v2.1/servers/:id/metadata': ['write'],
  'PUT /v2.1/servers/:id/metadata': ['write'],
  'GET /v2.1/servers/:id/metadata/:key': ['read'],
  'PUT /v2.1/servers/:id/metadata/:key': ['write'],
  'DELETE /v2.1/servers/:id/metadata/:key': ['write'],
  'GET /v2.1/servers/:id/ips': ['read'],
  'GET /v2.1/servers/:id/os-interface': ['read'],
  'GET /v2.1/servers/:id/os-security-groups': ['read'],
  'GET /v2.1/servers/:id/os-volume_attachments': ['read'],
  'GET /v2.1/servers/:id/os-volume_attachments/:volume': ['read'],
  'GET /image/v2/schemas/image': ANY,
  'GET /image/v2/schemas/images': ANY,
  'GET /image/v2/info/import': ANY,
  'GET /image/v2/images': ['read'],
  'POST /image/v2/images': ['image'],
  'GET /image/v2/images/:id': ['read'],
  'PATCH /image/v2/images/:id': ['image'],
  'DELETE /image/v2/images/:id': ['write'],
  'PUT /image/v2/images/:id/file': ['image'],
  'GET /image/v2/images/:id/file': ['read'],
  'POST /image/v2/images/:id/import': ['image'],
  'GET /landlord/v1/offers': ['feed'],
  'POST /landlord/v1/leases': ['claim', 'heal'],
  'GET /landlord/v1/leases': ['feed'],
  'POST /landlord/v1/leases/:id/end': ['end', 'write'],
  'GET /landlord/v1/leases/:id/usage': ['feed', 'settle', 'read'],
  'GET /landlord/v1/events': ['feed'],
  'POST /landlord/v1/attachments': ['write'],
  'GET /landlord/v1/attachments/:id': ['read', 'write'],
  'DELETE /landlord/v1/attachments/:id': ['write', 'detach'],
};

// These check the lease or the image that the token names after the action itself: 403 as well, for their own reason.
const NAMED = ['POST /v2.1/servers', 'POST /image/v2/images'];

describe('who may call', () => {
  let world: ComputeWorld;

  beforeAll(async () => {
    world = await ComputeWorld.start();
  });
  afterAll(async () => {
    await world.stop();
  });

  const pathOf = (route: string) => (route.split(' ')[1] ?? '').replaceAll(/:[a-z]+/g, ID);
  const methodOf = (route: string) => route.split(' ')[0] ?? '';

  it('is written down here for every route there is', () => {
    const declared = routesOf(world.app).map(({ method, path }) => `${method} ${path}`);
    expect(declared.sort()).toEqual(Object.keys(ROUTES).sort());
  });

  it('is nobody without a token, but for what is public', async () => {
    for (const [route, opens] of Object.entries(ROUTES)) {
      const { status } = await fetch(world.url + pathOf(route), { method: methodOf(route) });
      expect([route, status === 401]).toEqual([route, opens !== 'everybody']);
    }
  });

  it('is whoever has an action that the route names, and nobody else', async () => {
    for (const [route, opens] of Object.entries(ROUTES)) {
      if (opens === 'everybody' || NAMED.includes(route)) continue;
      for (const action of ANY) {
        const access: Omit<LandlordAccess, 'type'> = { actions: [action], lease_id: randomUUID() };
        const { status } = await world.caller.as({ access }).request(methodOf(route), pathOf(route));
        expect([route, action, status === 403]).toEqual([route, action, !opens.includes(action)]);
      }
    }
  });

  it('is none of the landlord’s own users on the exchange’s side, and no reader who writes', async () => {
    for (const route of Object.keys(ROUTES).filter(
      (one) => one.includes('/landlord/v1/') && !one.endsWith('challenge'),
    )) {
      expect([route, (await world.call(methodOf(route), pathOf(route))).status]).toEqual([route, 403]);
    }
    const user = { roles: ['reader'] };
    expect((await world.call('GET', '/v2.1/servers', { user })).status).toBe(200);
    expect((await world.call('POST', '/v2.1/servers', { user, body: {} })).status).toBe(403);
    expect((await world.call('DELETE', `/v2.1/servers/${ID}`, { user })).status).toBe(403);
  });

  it('is nobody with a token for another landlord, without its key, or of another issuer', async () => {
    const elsewhere = world.caller.as({ token: { landlordId: `landlord-${'0'.repeat(32)}` } });
    expect((await elsewhere.get('/v2.1/servers')).status).toBe(401);
    const bare = await world.caller.as().request('GET', '/v2.1/servers', { proof: { omit: true } });
    expect(bare.status).toBe(401);
    const token = await world.identity.exchangeToken();
    const answer = await fetch(`${world.url}/v2.1/servers`, { headers: { 'x-auth-token': token } });
    expect([answer.status, answer.headers.get('openstack-api-version')]).toEqual([401, 'compute 2.1']);
  });
});
