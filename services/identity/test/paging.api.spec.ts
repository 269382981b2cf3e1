import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, IdentityProcess } from './identity-process.js';
import { OAuthConsumer } from './oauth-consumer.js';

interface Parameter {
  readonly name: string;
  readonly schema: { readonly enum?: readonly string[] };
}
const document = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8')) as {
  paths: Record<string, { get?: { parameters?: readonly Parameter[] } }>;
};
/** Every list that has pages, with what it may be sorted by. */
const lists = Object.entries(document.paths).flatMap(([path, { get }]): [string, readonly string[]][] => {
  const sortable = get?.parameters?.find(({ name }) => name === 'sort_key');
  return sortable ? [[path, sortable.schema.enum ?? []]] : [];
});

let identity: IdentityProcess;
let member: Awaited<ReturnType<IdentityProcess['member']>>;
let groupId: string;

const NAMES = ['beta', 'Alpha', 'gamma', 'delta'];
const admin = (method: string, route: string, json?: unknown): Promise<Answer> => identity.admin(method, route, json);
const own = (method: string, route: string, json?: unknown): Promise<Answer> =>
  identity.call(method, `/v3/users/${member.userId}/${route}`, { token: member.token, json });
async function made(answer: Promise<Answer>): Promise<{ id: string }> {
  const { status, text, body } = await answer;
  expect([200, 201, 204], text).toContain(status);
  return (body === undefined ? {} : Object.values(body as object)[0]) as { id: string };
}

async function makeOf(name: string): Promise<void> {
  const post = (list: string, one: string, fields: object) =>
    made(admin('POST', `/v3/${list}`, { [one]: { name, ...fields } }));
  await post('domains', 'domain', { enabled: name !== 'beta' });
  const project = await post('projects', 'project', {});
  const user = await post('users', 'user', { enabled: name !== 'gamma' });
  const group = await post('groups', 'group', {});
  const role = await post('roles', 'role', {});
  await made(admin('PUT', `/v3/groups/${groupId}/users/${user.id}`));
  await made(admin('PUT', `/v3/groups/${group.id}/users/${member.userId}`));
  await made(admin('PUT', `/v3/projects/${project.id}/users/${member.userId}/roles/${role.id}`));
  await made(admin('POST', '/v3/regions', { region: { id: `region-${name}` } }));
  const service = await post('services', 'service', { type: 'dns' });
  const endpoint = { service_id: service.id, interface: 'public', url: `http://${name}.test` };
  await made(admin('POST', '/v3/endpoints', { endpoint: { ...endpoint, region_id: `region-${name}` } }));
  await post('OS-EP-FILTER/endpoint_groups', 'endpoint_group', { filters: {} });
  await made(admin('POST', '/v3/policies', { policy: { type: name, blob: '{}' } }));
  const limit = { service_id: service.id, resource_name: 'zones' };
  await admin('POST', '/v3/registered_limits', { registered_limits: [{ ...limit, default_limit: 1 }] });
  await admin('POST', '/v3/limits', { limits: [{ ...limit, project_id: project.id, resource_limit: 1 }] });
  await made(admin('POST', '/v3/credentials', { credential: { type: name, blob: 'x', user_id: member.userId } }));
  await made(admin('POST', '/v3/OS-OAUTH1/consumers', { consumer: { description: name } }));
  const mapping = { rules: [{ local: [{ user: { name: '{0}' } }], remote: [{ type: 'uid' }] }] };
  const put = (route: string, json: object) => made(admin('PUT', `/v3/OS-FEDERATION/${route}`, json));
  await put(`mappings/${name}`, { mapping });
  await put(`identity_providers/idp-${name}`, { identity_provider: {} });
  await put(`identity_providers/idp-beta/protocols/${name}`, { protocol: { mapping_id: name } });
  const service_provider = { auth_url: 'http://a.test/auth', sp_url: 'http://a.test/sp' };
  await put(`service_providers/${name}`, { service_provider });
}

beforeAll(async () => {
  identity = await IdentityProcess.start();
  member = await identity.member('pager');
  groupId = (await made(admin('POST', '/v3/groups', { group: { name: 'everybody' } }))).id;
  for (const name of NAMES) {
    await makeOf(name);
    const access_rules = [{ service: 'compute', method: 'GET', path: `/${name}` }];
    await made(own('POST', 'application_credentials', { application_credential: { name, access_rules } }));
    await (await OAuthConsumer.register(identity)).delegated(member);
    const trust = { trustor_user_id: member.userId, trustee_user_id: member.userId, impersonation: true };
    const roles = { project_id: member.projectId, roles: [{ name: 'member' }] };
    const token = member.token;
    await made(identity.call('POST', '/v3/OS-TRUST/trusts', { token, json: { trust: { ...trust, ...roles } } }));
    await admin('PUT', `/v3/domains/default/users/${member.userId}/roles/${await identity.roleId('reader')}`);
  }
  for (const name of NAMES) {
    const { body } = await admin('GET', `/v3/domains?name=${name}`);
    const id = (body.domains as { id: string }[])[0]?.id ?? '';
    await admin('PUT', `/v3/domains/${id}/users/${member.userId}/roles/${await identity.roleId('reader')}`);
  }
  member = { ...member, token: await identity.login('pager', member.password) };
});
afterAll(() => identity.stop());

type Item = Readonly<Record<string, unknown>> & { readonly id: string };
const itemsOf = (answer: Answer): readonly Item[] => {
  expect(answer.status, answer.text).toBe(200);
  return (Object.values(answer.body as object).find((value) => Array.isArray(value)) ?? []) as Item[];
};

/** By the caller whose list it is. */
function get(url: string): Promise<Answer> {
  const token = /^\/v3\/(auth|OS-FEDERATION\/(projects|domains))/.test(url) ? member.token : identity.adminToken;
  return identity.call('GET', url, { token });
}
const routeOf = (path: string): string =>
  path.replace('{user_id}', member.userId).replace('{group_id}', groupId).replace('{idp_id}', 'idp-beta');

async function walk(route: string, query: string): Promise<Item[]> {
  const items: Item[] = [];
  let url: string | null = `${route}?limit=1&${query}`;
  while (url !== null && items.length < 100) {
    const answer = await get(url);
    const page = itemsOf(answer);
    expect(page.length).toBeLessThanOrEqual(1);
    items.push(...page);
    const { next } = answer.body.links as { next: string | null };
    expect(answer.body.truncated).toBe(next === null ? undefined : true);
    url = next === null ? null : next.slice(identity.url.length);
  }
  return items;
}

describe('every list with pages', () => {
  it('is one of Keystone’s', () => {
    expect(lists.length).toBeGreaterThan(25);
  });

  it.each(lists)('%s is whole, page by page, in every order', async (path, keys) => {
    const route = routeOf(path);
    const whole = itemsOf(await get(route));
    expect(whole.length).toBeGreaterThanOrEqual(4);
    const ids = whole.map(({ id }) => id).sort();
    for (const key of keys) {
      const up = await walk(route, `sort_key=${key}`);
      const down = await walk(route, `sort_key=${key}&sort_dir=desc`);
      expect(up.map(({ id }) => id).sort()).toEqual(ids);
      expect(down.map(({ id }) => id)).toEqual(up.map(({ id }) => id).reverse());
      expect(itemsOf(await get(`${route}?sort_key=${key}`)).map(({ id }) => id)).toEqual(up.map(({ id }) => id));
      // Equals stand together: what changes does not come back.
      const values = up.map((item) => item[key]);
      const runs = values.filter((value, index) => index === 0 || value !== values[index - 1]);
      expect(new Set(runs).size).toBe(runs.length);
    }
  });

  it.each(lists)(
    '%s refuses an order that it has not, and an unknown marker in any but its own',
    async (path, keys) => {
      const route = routeOf(path);
      const bad = [
        'sort_key=secret',
        'sort_dir=up',
        'sort_key=id;drop',
        'sort_key=id&sort_key=id',
        'limit=0',
        'limit=all',
      ];
      for (const query of bad) {
        expect((await get(`${route}?${query}`)).status).toBe(400);
      }
      expect((await get(`${route}?marker=zzz-unknown`)).status).toBe(200);
      for (const key of keys.filter((one) => one !== 'id')) {
        expect((await get(`${route}?sort_key=${key}&marker=unknown`)).status).toBe(400);
      }
      expect(itemsOf(await get(`${route}?limit=1000000`)).length).toBeGreaterThanOrEqual(4);
    },
  );
});

it('members of a group are filtered as users are', async () => {
  const names = async (query: string) =>
    itemsOf(await admin('GET', `/v3/groups/${groupId}/users?${query}`)).map(({ name }) => name);
  expect(await names('name__icontains=ALP')).toEqual(['Alpha']);
  expect(await names('enabled=false')).toEqual(['gamma']);
  expect(await names('password_expires_at=gt:2020-01-01T00:00:00Z')).toEqual([]);
  expect((await admin('GET', `/v3/groups/${groupId}/users?password_expires_at=soon`)).status).toBe(400);
});
