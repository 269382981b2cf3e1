import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Answer, IdentityProcess } from './identity-process.js';

let identity: IdentityProcess;
let member: Awaited<ReturnType<IdentityProcess['member']>>;
let serviceId: string;
let north: string;
let south: string;

const FILTER = '/v3/OS-EP-FILTER';
const admin = (method: string, route: string, json?: unknown): Promise<Answer> => identity.admin(method, route, json);
const status = async (method: string, route: string): Promise<number> => (await admin(method, route)).status;

async function endpoint(region: string): Promise<string> {
  const fields = { service_id: serviceId, interface: 'public', region, url: `http://${region}.test` };
  return (await admin('POST', '/v3/endpoints', { endpoint: fields })).body.endpoint.id as string;
}

/** Ids of the endpoints in the catalog of the member's token, and of their next login. */
async function seen(): Promise<string[]> {
  const shown = await identity.call('GET', '/v3/auth/catalog', { token: member.token });
  const login = await identity.authenticate(
    { methods: ['token'], token: { id: member.token } },
    { project: { id: member.projectId } },
  );
  const ids = (catalog: { endpoints: { id: string }[] }[]) =>
    catalog.flatMap(({ endpoints }) => endpoints.map(({ id }) => id)).sort();
  expect(ids(login.body.token.catalog)).toEqual(ids(shown.body.catalog));
  return ids(shown.body.catalog);
}

const group = (filters: object) => ({ endpoint_group: { name: 'northern', filters } });

beforeAll(async () => {
  identity = await IdentityProcess.start();
  member = await identity.member('nora');
  serviceId = (await admin('POST', '/v3/services', { service: { type: 'dns', name: 'dns' } })).body.service.id;
  [north, south] = [await endpoint('north'), await endpoint('south')];
});
afterAll(() => identity.stop());

it('a project that is given nothing sees every endpoint, one that is given some sees those', async () => {
  expect(await seen()).toEqual(expect.arrayContaining([north, south]));
  const at = `${FILTER}/projects/${member.projectId}/endpoints/${south}`;
  expect([await status('GET', at), await status('HEAD', at), await status('DELETE', at)]).toEqual([404, 404, 404]);
  expect([await status('PUT', at), await status('PUT', at)]).toEqual([204, 409]);
  expect([await status('GET', at), await status('HEAD', at)]).toEqual([204, 204]);
  expect(await seen()).toEqual([south]);
  const listed = await admin('GET', `${FILTER}/projects/${member.projectId}/endpoints`);
  expect(listed.body.endpoints).toEqual([expect.objectContaining({ id: south, enabled: true })]);
  const projects = await admin('GET', `${FILTER}/endpoints/${south}/projects`);
  expect(projects.body.projects).toEqual([expect.objectContaining({ id: member.projectId })]);
  expect(await status('DELETE', at)).toBe(204);
  expect(await seen()).toEqual(expect.arrayContaining([north, south]));
});

it('a group of endpoints is all that have what its filters say', async () => {
  const made = await admin('POST', `${FILTER}/endpoint_groups`, group({ service_id: serviceId, region_id: 'north' }));
  expect(made.status).toBe(201);
  const { id } = made.body.endpoint_group as { id: string };
  const at = `${FILTER}/endpoint_groups/${id}`;
  expect(made.body.endpoint_group).toEqual({
    id,
    name: 'northern',
    description: null,
    filters: { service_id: serviceId, region_id: 'north' },
    links: { self: identity.url + at },
  });
  expect((await admin('GET', at)).body).toEqual(made.body);
  expect(await status('HEAD', at)).toBe(200);
  expect((await admin('GET', `${at}/endpoints`)).body.endpoints).toMatchObject([{ id: north }]);

  const given = `${at}/projects/${member.projectId}`;
  expect([await status('GET', given), await status('DELETE', given)]).toEqual([404, 404]);
  expect([await status('PUT', given), await status('PUT', given)]).toEqual([204, 409]);
  expect([await status('GET', given), await status('HEAD', given)]).toEqual([200, 200]);
  expect(await seen()).toEqual([north]);
  expect((await admin('GET', `${at}/projects`)).body.projects).toMatchObject([{ id: member.projectId }]);
  const groups = await admin('GET', `${FILTER}/projects/${member.projectId}/endpoint_groups`);
  expect(groups.body.endpoint_groups).toEqual([made.body.endpoint_group]);
  const endpoints = await admin('GET', `${FILTER}/projects/${member.projectId}/endpoints`);
  expect(endpoints.body.endpoints).toMatchObject([{ id: north }]);

  const other = group({ service_id: serviceId, interface: 'admin' });
  expect((await admin('PATCH', at, other)).body.endpoint_group.filters).toEqual(other.endpoint_group.filters);
  expect(await seen()).toEqual([]);
  expect(await status('DELETE', at)).toBe(204);
  expect([await status('GET', at), await status('DELETE', at)]).toEqual([404, 404]);
  expect(await seen()).toEqual(expect.arrayContaining([north, south]));
});

it('groups are listed by name', async () => {
  for (const name of ['Alpha', 'beta']) {
    await admin('POST', `${FILTER}/endpoint_groups`, { endpoint_group: { name, filters: {} } });
  }
  const names = async (query: string) =>
    ((await admin('GET', `${FILTER}/endpoint_groups?${query}`)).body.endpoint_groups as { name: string }[])
      .map(({ name }) => name)
      .sort();
  expect(await names('')).toEqual(['Alpha', 'beta']);
  expect(await names('name=beta')).toEqual(['beta']);
  expect(await names('name__istartswith=AL')).toEqual(['Alpha']);
});

it.each([
  [{ name: 'x' }],
  [{ filters: {} }],
  [{ name: '', filters: {} }],
  [{ name: 'x', filters: { url: 'http://a.test' } }],
  [{ name: 'x', filters: { interface: 'private' } }],
])('refuses %j', async (endpoint_group) => {
  expect((await admin('POST', `${FILTER}/endpoint_groups`, { endpoint_group })).status).toBe(400);
});

it('names what there is', async () => {
  for (const path of [
    `projects/none/endpoints/${north}`,
    `projects/${member.projectId}/endpoints/none`,
    `endpoint_groups/none/projects/${member.projectId}`,
  ]) {
    for (const method of ['PUT', 'GET', 'HEAD', 'DELETE']) expect(await status(method, `${FILTER}/${path}`)).toBe(404);
  }
  for (const path of ['projects/none/endpoints', 'endpoints/none/projects', 'endpoint_groups/none/endpoints']) {
    expect(await status('GET', `${FILTER}/${path}`)).toBe(404);
  }
});
