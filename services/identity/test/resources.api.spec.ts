import { SigningKey } from '@ocx/openstack-client/signing-key';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrokerParty } from './broker-party.js';
import { type Answer, IdentityProcess } from './identity-process.js';

let identity: IdentityProcess;
let userId: string;
let projectId: string;

beforeAll(async () => {
  identity = await IdentityProcess.start();
  ({ userId, projectId } = await identity.member('ada'));
});
afterAll(() => identity.stop());

const admin = (method: string, route: string, json?: unknown): Promise<Answer> => identity.admin(method, route, json);
const status = async (method: string, route: string): Promise<number> => (await admin(method, route)).status;

/** Makes one, and takes it through everything that is done to it. */
async function lifeOf(names: { list: string; one: string }, made: Answer, change: object): Promise<void> {
  expect(made.status, made.text).toBe(201);
  const { id } = made.body[names.one] as { id: string };
  const { list } = names;
  const at = `/v3/${list}/${id}`;
  expect((await admin('GET', at)).body).toEqual(made.body);
  const listed = (await admin('GET', `/v3/${list}`)).body[list.split('/').at(-1) ?? ''] as unknown[];
  expect(listed).toContainEqual(made.body[names.one]);
  const changed = await admin('PATCH', at, { [names.one]: change });
  expect([changed.status, changed.body]).toMatchObject([200, { [names.one]: change }]);
  expect(await status('DELETE', at)).toBe(204);
  expect(await status('GET', at)).toBe(404);
}

describe('what Keystone keeps is made, shown, listed, changed and deleted', () => {
  it.each([
    [
      { list: 'domains', one: 'domain' },
      { name: 'physics', enabled: false },
    ],
    [
      { list: 'projects', one: 'project' },
      { name: 'results', tags: ['a'] },
    ],
    [
      { list: 'users', one: 'user' },
      { name: 'bob', email: 'bob@a.test', password: 'secret-of-bob' },
    ],
    [{ list: 'groups', one: 'group' }, { name: 'staff' }],
    [{ list: 'roles', one: 'role' }, { name: 'auditor' }],
    [{ list: 'regions', one: 'region' }, { id: 'north' }],
    [
      { list: 'services', one: 'service' },
      { type: 'dns', name: 'designate' },
    ],
  ])('%o', async (names, fields) => {
    await lifeOf(names, await admin('POST', `/v3/${names.list}`, { [names.one]: fields }), { description: 'changed' });
  });

  it('endpoints of a service, in a region', async () => {
    expect((await admin('PUT', '/v3/regions/south', { region: {} })).status).toBe(201);
    const service = await admin('POST', '/v3/services', { service: { type: 'dns' } });
    const endpoint = {
      service_id: (service.body.service as { id: string }).id,
      interface: 'public',
      region_id: 'south',
      url: 'http://dns.test/%(project_id)s',
    };
    const names = { list: 'endpoints', one: 'endpoint' };
    await lifeOf(names, await admin('POST', '/v3/endpoints', { endpoint }), { interface: 'internal' });
  });

  it.each([
    ['projects', { project: { name: 'lost', domain_id: 'none' } }],
    ['projects', { project: { name: 'lost', parent_id: 'none' } }],
    ['users', { user: { name: 'lost', domain_id: 'none' } }],
    ['users', { user: { name: 'lost', default_project_id: 'none' } }],
    ['groups', { group: { name: 'lost', domain_id: 'none' } }],
    ['regions', { region: { id: 'lost', parent_region_id: 'none' } }],
    ['endpoints', { endpoint: { service_id: 'none', interface: 'public', url: 'http://a.test' } }],
    ['endpoints', { endpoint: { service_id: 'none', region_id: 'none', interface: 'public', url: 'http://a.test' } }],
  ])('%s, of what there is: %j', async (list, body) => {
    expect((await admin('POST', `/v3/${list}`, body)).status).toBe(404);
    const change = { user: { default_project_id: 'none' } };
    expect((await admin('PATCH', `/v3/users/${userId}`, change)).status).toBe(404);
  });

  it('home organisations, their protocols and mappings', async () => {
    const mapping = { rules: [{ local: [{ user: { name: '{0}' } }], remote: [{ type: 'uid' }] }] };
    const put = (route: string, json: object) => admin('PUT', `/v3/OS-FEDERATION/${route}`, json);
    expect((await put('mappings/keep', { mapping })).status).toBe(201);
    const provider = { description: 'ours', remote_ids: ['https://idp.test'] };
    expect((await put('identity_providers/keep', { identity_provider: provider })).status).toBe(201);
    const protocol = { mapping_id: 'keep' };
    const made = await put('identity_providers/keep/protocols/saml2', { protocol });
    const protocols = { list: 'OS-FEDERATION/identity_providers/keep/protocols', one: 'protocol' };
    await lifeOf(protocols, made, { mapping_id: 'keep', remote_id_attribute: 'issuer' });
    const providers = { list: 'OS-FEDERATION/identity_providers', one: 'identity_provider' };
    const university = await put('identity_providers/university', { identity_provider: {} });
    await lifeOf(providers, university, { description: 'changed', enabled: true });
    const mappings = { list: 'OS-FEDERATION/mappings', one: 'mapping' };
    await lifeOf(mappings, await put('mappings/other', { mapping }), mapping);
  });
});

describe('roles', () => {
  it('are given to users and groups on projects, domains and the system', async () => {
    const role = await identity.roleId('reader');
    const group = await admin('POST', '/v3/groups', { group: { name: 'readers' } });
    const groupId = (group.body.group as { id: string }).id;
    for (const target of [`projects/${projectId}`, 'domains/default', 'system']) {
      for (const actor of [`users/${userId}`, `groups/${groupId}`]) {
        const roles = `/v3/${target}/${actor}/roles`;
        const at = `${roles}/${role}`;
        expect(await status('PUT', at)).toBe(204);
        expect((await admin('GET', roles)).body.roles).toContainEqual(expect.objectContaining({ name: 'reader' }));
        expect([await status('GET', at), await status('HEAD', at)]).toEqual([204, 204]);
        const shown = await admin('GET', `/v3/role_assignments?include_names&role.id=${role}`);
        expect(shown.body.role_assignments).toContainEqual(
          expect.objectContaining({ role: { id: role, name: 'reader' }, links: { assignment: identity.url + at } }),
        );
        expect(await status('DELETE', at)).toBe(204);
        expect([await status('GET', at), await status('HEAD', at)]).toEqual([404, 404]);
      }
    }
  });

  it('imply others', async () => {
    const ids: string[] = [];
    for (const name of ['professor', 'student']) {
      const made = await admin('POST', '/v3/roles', { role: { name } });
      ids.push((made.body.role as { id: string }).id);
    }
    const implies = `/v3/roles/${ids[0] ?? ''}/implies`;
    const at = `${implies}/${ids[1] ?? ''}`;
    expect((await admin('GET', implies)).body.role_inference).toMatchObject({ implies: [] });
    expect((await admin('PUT', at)).body).toMatchObject({ role_inference: { implies: { name: 'student' } } });
    expect(await status('HEAD', at)).toBe(204);
    const inference = { prior_role: { name: 'professor' }, implies: [{ name: 'student' }] };
    expect((await admin('GET', implies)).body).toMatchObject({ role_inference: inference });
    expect(JSON.stringify((await admin('GET', '/v3/role_inferences')).body)).toContain('student');
    expect(await status('DELETE', at)).toBe(204);
    expect(await status('HEAD', at)).toBe(404);
  });
});

describe('a user', () => {
  it('is in groups and projects', async () => {
    const group = await admin('POST', '/v3/groups', { group: { name: 'members' } });
    const groupId = (group.body.group as { id: string }).id;
    const at = `/v3/groups/${groupId}/users/${userId}`;
    expect([await status('HEAD', at), await status('PUT', at), await status('HEAD', at)]).toEqual([404, 204, 204]);
    expect((await admin('GET', `/v3/groups/${groupId}/users`)).body).toMatchObject({ users: [{ id: userId }] });
    expect((await admin('GET', `/v3/users/${userId}/groups`)).body).toMatchObject({ groups: [{ id: groupId }] });
    expect((await admin('GET', `/v3/users/${userId}/projects`)).body).toMatchObject({ projects: [{ id: projectId }] });
    expect([await status('DELETE', at), await status('HEAD', at)]).toEqual([204, 404]);
  });

  it('has application credentials, whose access rules outlive them', async () => {
    const grace = await identity.member('grace');
    const own = (method: string, route: string, json?: unknown) =>
      identity.call(method, `/v3/users/${grace.userId}/${route}`, { token: grace.token, json });
    const rule = { service: 'compute', method: 'GET', path: '/v2.1/servers' };
    const made = await own('POST', 'application_credentials', {
      application_credential: { name: 'robot', access_rules: [rule], expires_at: '2099-01-01T00:00:00' },
    });
    const { id, secret, ...shown } = made.body.application_credential as { id: string; secret: string };
    expect([made.status, secret]).toEqual([201, expect.any(String)]);
    expect((await own('GET', `application_credentials/${id}`)).body.application_credential).toEqual({ id, ...shown });
    expect((await own('GET', 'application_credentials?name=robot')).body.application_credentials).toHaveLength(1);
    const rules = (await own('GET', 'access_rules')).body.access_rules as { id: string }[];
    expect(rules).toEqual([expect.objectContaining(rule)]);
    const atRule = `access_rules/${rules[0]?.id ?? ''}`;
    expect((await own('GET', atRule)).body.access_rule).toMatchObject(rule);
    expect((await own('DELETE', atRule)).status).toBe(403);
    expect((await own('DELETE', `application_credentials/${id}`)).status).toBe(204);
    expect((await own('DELETE', atRule)).status).toBe(204);
    expect((await own('GET', atRule)).status).toBe(404);
  });
});

it('a landlord is registered by the broker, and removed', async () => {
  const broker = await BrokerParty.enrol(identity);
  const at = `/v3/OS-OCX/landlords/landlord-${'a'.repeat(32)}`;
  const { jwk } = await SigningKey.generate();
  const landlord = { name: 'mit', kind: 'compute', region: 'mit', endpoint: 'http://mit.test', jwk };
  expect((await broker.call('PUT', at, landlord)).status).toBe(204);
  expect((await broker.call('PUT', `${at.slice(0, -1)}b`, landlord)).status).toBe(409);
  expect((await broker.call('DELETE', at)).status).toBe(204);
});
