import { HttpClient } from '@ocx/openstack-client/http';
import { KeystoneSession } from '@ocx/openstack-client/keystone-session';
import { LimitsClient } from '@ocx/openstack-client/limits-client';
import { UnifiedLimits } from '@ocx/service-kit/unified-limits';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrokerParty } from './broker-party.js';
import { type Answer, IdentityProcess } from './identity-process.js';

let identity: IdentityProcess;
let serviceId: string;
let owner: Awaited<ReturnType<IdentityProcess['member']>>;
let other: Awaited<ReturnType<IdentityProcess['member']>>;

const admin = (method: string, route: string, json?: unknown): Promise<Answer> => identity.admin(method, route, json);
const register = (...limits: object[]): Promise<Answer> =>
  admin('POST', '/v3/registered_limits', {
    registered_limits: limits.map((limit) => ({ service_id: serviceId, default_limit: 10, ...limit })),
  });
const limit = (...limits: object[]): Promise<Answer> =>
  admin('POST', '/v3/limits', {
    limits: limits.map((one) => ({ service_id: serviceId, resource_limit: 5, ...one })),
  });
const ids = (rows: { id: string }[]): string[] => rows.map(({ id }) => id).sort();

beforeAll(async () => {
  identity = await IdentityProcess.start();
  [owner, other] = [await identity.member('owner'), await identity.member('other')];
  serviceId = (await admin('POST', '/v3/services', { service: { type: 'compute' } })).body.service.id as string;
  for (const id of ['north', 'south']) await admin('POST', '/v3/regions', { region: { id } });
});
afterAll(() => identity.stop());

it('limits are flat', async () => {
  const { status, body } = await identity.call('GET', '/v3/limits/model', { token: owner.token });
  expect([status, body]).toEqual([200, { model: { name: 'flat', description: expect.any(String) } }]);
});

describe('registered limits', () => {
  it('are made together, shown to every user, filtered and changed', async () => {
    const made = await register({ resource_name: 'cores' }, { resource_name: 'cores', region_id: 'north' });
    expect(made.status).toBe(201);
    const [anywhere, north] = made.body.registered_limits as { id: string }[];
    const at = `/v3/registered_limits/${anywhere?.id ?? ''}`;
    expect(anywhere).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      service_id: serviceId,
      region_id: null,
      resource_name: 'cores',
      default_limit: 10,
      description: null,
      links: { self: identity.url + at },
    });
    const seen = await identity.call('GET', at, { token: other.token });
    expect(seen.body.registered_limit).toEqual(anywhere);
    const list = async (query: string) =>
      (await identity.call('GET', `/v3/registered_limits?${query}`, { token: other.token })).body.registered_limits;
    expect(await list('region_id=north')).toEqual([north]);
    expect(ids((await list(`service_id=${serviceId}&resource_name=cores`)) as { id: string }[])).toEqual(
      ids(made.body.registered_limits as { id: string }[]),
    );
    expect(await list('resource_name=disks')).toEqual([]);

    const patch = (change: object) => admin('PATCH', at, { registered_limit: change });
    expect((await patch({ default_limit: -1, description: 'many' })).body.registered_limit).toEqual({
      ...anywhere,
      default_limit: -1,
      description: 'many',
    });
    expect((await patch({ region_id: 'north' })).status).toBe(409);
    expect((await patch({ region_id: 'none' })).status).toBe(400);
    expect((await patch({ service_id: 'none' })).status).toBe(400);
    expect((await patch({ id: 'x' })).status).toBe(400);
    expect((await patch({ region_id: 'south' })).body.registered_limit.region_id).toBe('south');
    expect((await admin('DELETE', at)).status).toBe(204);
    for (const method of ['GET', 'DELETE']) expect((await admin(method, at)).status).toBe(404);
    expect((await patch({ default_limit: 1 })).status).toBe(404);
  });

  it('are of one resource once, and made all or none', async () => {
    const twice = await register({ resource_name: 'ram' }, { resource_name: 'ram' });
    expect([twice.status, twice.body.error.title]).toEqual([409, 'Conflict']);
    expect((await admin('GET', '/v3/registered_limits?resource_name=ram')).body.registered_limits).toEqual([]);
    expect((await register({ resource_name: 'ram' })).status).toBe(201);
    expect((await register({ resource_name: 'ram' })).status).toBe(409);
  });

  it.each([
    [{ resource_name: 'x', service_id: 'none' }],
    [{ resource_name: 'x', region_id: 'none' }],
    [{ resource_name: 'x', default_limit: '10' }],
    [{ resource_name: 'x', default_limit: -2 }],
    [{ resource_name: 'x', default_limit: 2_147_483_648 }],
    [{ resource_name: '' }],
    [{}],
    [{ resource_name: 'x', unknown: 1 }],
  ])('refuse %j', async (fields) => {
    expect((await register(fields)).status).toBe(400);
  });

  it('come as a list of at least one', async () => {
    expect((await register()).status).toBe(400);
    const alone = { registered_limits: { service_id: serviceId, resource_name: 'x', default_limit: 1 } };
    expect((await admin('POST', '/v3/registered_limits', alone)).status).toBe(400);
  });
});

describe('limits', () => {
  beforeAll(async () => {
    await register({ resource_name: 'servers' }, { resource_name: 'servers', region_id: 'south' });
  });

  it('of a project or a domain are shown to those, and changed by the operator', async () => {
    const made = await limit(
      { resource_name: 'servers', project_id: owner.projectId, description: 'less' },
      { resource_name: 'servers', project_id: owner.projectId, region_id: 'south' },
      { resource_name: 'servers', domain_id: 'default' },
    );
    expect(made.status).toBe(201);
    const [first, second, third] = made.body.limits as { id: string }[];
    const at = `/v3/limits/${first?.id ?? ''}`;
    expect(first).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      project_id: owner.projectId,
      domain_id: null,
      service_id: serviceId,
      region_id: null,
      resource_name: 'servers',
      resource_limit: 5,
      description: 'less',
      links: { self: identity.url + at },
    });
    const list = async (query: string, token = identity.adminToken) =>
      ids((await identity.call('GET', `/v3/limits?${query}`, { token })).body.limits as { id: string }[]);
    expect(await list('', owner.token)).toEqual([first?.id, second?.id].sort());
    expect(await list('', other.token)).toEqual([]);
    expect(await list(`project_id=${owner.projectId}`, other.token)).toEqual([]);
    expect(await list('domain_id=default')).toEqual([third?.id]);
    expect(await list('region_id=south&resource_name=servers')).toEqual([second?.id]);
    expect(await list(`service_id=${serviceId}`)).toHaveLength(3);
    expect((await identity.call('GET', at, { token: owner.token })).body.limit).toEqual(first);
    expect((await identity.call('GET', at, { token: other.token })).status).toBe(403);

    const patch = (change: object) => admin('PATCH', at, { limit: change });
    expect((await patch({ resource_limit: 7 })).body.limit).toEqual({ ...first, resource_limit: 7 });
    expect((await patch({ description: null })).body.limit).toMatchObject({ resource_limit: 7, description: null });
    expect((await patch({ project_id: other.projectId })).status).toBe(400);
    expect((await patch({})).status).toBe(400);

    const [registered] = (await admin('GET', '/v3/registered_limits?resource_name=servers&region_id=south')).body
      .registered_limits as { id: string }[];
    const atRegistered = `/v3/registered_limits/${registered?.id ?? ''}`;
    expect((await admin('DELETE', atRegistered)).status).toBe(403);
    expect((await admin('PATCH', atRegistered, { registered_limit: { default_limit: 3 } })).status).toBe(403);
    expect((await admin('PATCH', atRegistered, { registered_limit: { description: 'x' } })).status).toBe(200);
    expect((await admin('DELETE', `/v3/limits/${second?.id ?? ''}`)).status).toBe(204);
    expect((await admin('DELETE', atRegistered)).status).toBe(204);
    expect((await admin('DELETE', at)).status).toBe(204);
    for (const method of ['GET', 'DELETE']) expect((await admin(method, at)).status).toBe(404);
    expect((await patch({ resource_limit: 1 })).status).toBe(404);
  });

  it('are one for each resource and project, and made all or none', async () => {
    const fields = { resource_name: 'servers', project_id: other.projectId };
    expect((await limit(fields, fields)).status).toBe(409);
    expect((await limit(fields)).status).toBe(201);
    expect((await limit(fields)).status).toBe(409);
  });

  it.each([
    [{ resource_name: 'unregistered', domain_id: 'default' }],
    [{ resource_name: 'servers', domain_id: 'default', region_id: 'north' }],
    [{ resource_name: 'servers', domain_id: 'none' }],
    [{ resource_name: 'servers', project_id: 'none' }],
    [{ resource_name: 'servers' }],
    [{ resource_name: 'servers', domain_id: 'default', project_id: 'x' }],
    [{ resource_name: 'servers', domain_id: 'default', resource_limit: 1.5 }],
  ])('refuse %j', async (fields) => {
    expect((await limit(fields)).status).toBe(400);
  });
});

describe('the broker', () => {
  let broker: BrokerParty;
  const route = '/v3/OS-OCX/registered_limits';
  const nova = (default_limits: object) => ({ services: [{ type: 'compute', name: 'nova', default_limits }] });
  const registered = async () => {
    const { body } = await broker.call('GET', '/v3/registered_limits');
    const { body: list } = await broker.call('GET', '/v3/services');
    const { id } = (list.services as { id: string; name: string }[]).find(({ name }) => name === 'nova') ?? { id: '' };
    const limits = body.registered_limits as { service_id: string; resource_name: string; default_limit: number }[];
    return limits.filter(({ service_id }) => service_id === id);
  };
  beforeAll(async () => {
    broker = await BrokerParty.enrol(identity);
    await admin('POST', '/v3/services', { service: { type: 'compute', name: 'nova' } });
  });

  it('registers what its services count, and never over what an operator said', async () => {
    expect((await broker.call('PUT', route, nova({ servers: 20, 'class:VCPU': 40 }))).status).toBe(204);
    const [first, second] = await registered();
    expect([first, second].map((limit) => [limit?.resource_name, limit?.default_limit]).sort()).toEqual([
      ['class:VCPU', 40],
      ['servers', 20],
    ]);
    const { id } = first as unknown as { id: string };
    await admin('PATCH', `/v3/registered_limits/${id}`, { registered_limit: { default_limit: 7 } });
    const both = await Promise.all(
      [1, 2].map(() => broker.call('PUT', route, nova({ servers: 1, 'class:VCPU': 2, x: 3 }))),
    );
    expect(both.map(({ status }) => status)).toEqual([204, 204]);
    const after = await registered();
    expect(after).toHaveLength(3);
    expect(after.find((limit) => 'id' in limit && limit.id === id)?.default_limit).toBe(7);
    expect(after.find(({ resource_name: name }) => name === second?.resource_name)).toEqual(second);
    expect((await broker.call('PUT', route, nova({}))).status).toBe(204);
  });

  it('reads the limits of the project that it names, whosever it is, and no list of everybody’s', async () => {
    const of = (query: string) => broker.call('GET', `/v3/limits${query}`);
    const all = (await admin('GET', `/v3/limits?project_id=${other.projectId}`)).body.limits as object[];
    expect(all).toHaveLength(1);
    expect((await of(`?project_id=${other.projectId}`)).body.limits).toEqual(all);
    for (const query of ['', '?project_id=', '?domain_id=default', `?service_id=${serviceId}`]) {
      expect((await of(query)).status, query).toBe(403);
    }
  });

  it('changes none, and no user registers for it', async () => {
    const limits = [
      { service_id: serviceId, project_id: owner.projectId, resource_name: 'servers', resource_limit: 1 },
    ];
    expect((await broker.call('POST', '/v3/limits', { limits })).status).toBe(403);
    expect((await broker.call('POST', '/v3/registered_limits', { registered_limits: [] })).status).toBe(403);
    expect((await admin('PUT', route, nova({ y: 1 }))).status).toBe(403);
  });

  it.each([
    [{}],
    [{ services: [] }],
    [nova({ servers: -2 })],
    [nova({ servers: '1' })],
    [nova({ '': 1 })],
    [{ services: [{ type: 'compute', name: 'nowhere', default_limits: { servers: 1 } }] }],
    [{ services: [{ type: 'compute', name: 'nova' }] }],
  ])('is refused %j', async (body) => {
    expect((await broker.call('PUT', route, body)).status).toBe(400);
  });
});

describe('a service with a user of its own', () => {
  const http = new HttpClient();
  const client = { user: 'nova-reader', userDomain: 'Default', password: 'password-of-nova' };
  const session = (change: object = {}) => new KeystoneSession({ url: identity.url, http, ...client, ...change });
  let userId: string;
  beforeAll(async () => {
    const user = { name: client.user, password: client.password };
    userId = (await admin('POST', '/v3/users', { user })).body.user.id as string;
    const role = await identity.roleId('reader');
    expect((await admin('PUT', `/v3/system/users/${userId}/roles/${role}`)).status).toBe(204);
    const { body } = await admin('POST', '/v3/services', { service: { type: 'volumev3', name: 'cinder' } });
    const volumes = { service_id: body.service.id as string, resource_name: 'volumes' };
    await register({ ...volumes, default_limit: 10 }, { ...volumes, default_limit: 4, region_id: 'north' });
    await limit({ ...volumes, resource_limit: 2, project_id: owner.projectId });
  });
  afterAll(() => http.close());

  it('reads what holds for a project', async () => {
    const reader = session();
    const limits = (region?: string) =>
      new UnifiedLimits(new LimitsClient((path) => reader.get(path), { type: 'volumev3', region }));
    const of = async (project?: string, region?: string) => (await limits(region).of(project))('volumes');
    expect(await Promise.all([of(owner.projectId), of(other.projectId), of()])).toEqual([2, 10, 10]);
    // The project's own limit is of what is registered for everywhere.
    expect(await Promise.all([of(owner.projectId, 'north'), of(owner.projectId, 'south')])).toEqual([4, 2]);
  });

  it('goes on after its tokens were revoked, and is let in with its own password only', async () => {
    const reader = session();
    expect((await reader.get('/v3/registered_limits')).status).toBe(200);
    const { body } = await admin('PATCH', `/v3/users/${userId}`, { user: { enabled: false } });
    expect(body.user.enabled).toBe(false);
    await expect(reader.get('/v3/registered_limits')).rejects.toThrow('does not let the service in (401)');
    await admin('PATCH', `/v3/users/${userId}`, { user: { enabled: true } });
    const many = await Promise.all([1, 2, 3].map(() => reader.get('/v3/registered_limits')));
    expect(many.map(({ status }) => status)).toEqual([200, 200, 200]);
    await expect(session({ password: 'another' }).get('/v3/services')).rejects.toThrow('(401)');
    await expect(session({ userDomain: 'none' }).get('/v3/services')).rejects.toThrow('(401)');
  });
});
