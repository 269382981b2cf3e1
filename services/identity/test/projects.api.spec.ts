import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, IdentityProcess } from './identity-process.js';

let identity: IdentityProcess;
let domainId: string;

const admin = (method: string, route: string, json?: unknown): Promise<Answer> => identity.admin(method, route, json);
const post = (project: object): Promise<Answer> => admin('POST', '/v3/projects', { project });
const patch = (id: string, project: object): Promise<Answer> => admin('PATCH', `/v3/projects/${id}`, { project });

async function make(name: string, fields: object = {}): Promise<string> {
  const answer = await post({ name, domain_id: domainId, ...fields });
  expect(answer.status, answer.text).toBe(201);
  return answer.body.project.id as string;
}
async function names(query: string): Promise<string[]> {
  const answer = await admin('GET', `/v3/projects?domain_id=${domainId}&${query}`);
  expect(answer.status, answer.text).toBe(200);
  return (answer.body.projects as { name: string }[]).map(({ name }) => name).sort();
}

beforeAll(async () => {
  identity = await IdentityProcess.start();
  const made = await admin('POST', '/v3/domains', { domain: { name: 'campus' } });
  domainId = made.body.domain.id as string;
});
afterAll(() => identity.stop());

describe('a tree of projects', () => {
  let [root, branch, leaf, twig] = ['', '', '', ''];
  beforeAll(async () => {
    root = await make('root');
    branch = await make('branch', { parent_id: root });
    leaf = await make('leaf', { parent_id: branch });
    twig = await make('twig', { parent_id: root });
  });
  const shown = async (id: string, query: string) => (await admin('GET', `/v3/projects/${id}?${query}`)).body.project;

  it('is shown by ids', async () => {
    expect((await shown(leaf, 'parents_as_ids')).parents).toEqual({ [branch]: { [root]: { [domainId]: null } } });
    expect((await shown(root, 'parents_as_ids')).parents).toEqual({ [domainId]: null });
    expect((await shown(root, 'subtree_as_ids')).subtree).toEqual({ [branch]: { [leaf]: null }, [twig]: null });
    expect(await shown(leaf, 'subtree_as_ids')).toMatchObject({ subtree: null, parent_id: branch });
    expect(await shown(leaf, '')).not.toHaveProperty('parents');
  });

  it('is listed as far as the caller has a role on it', async () => {
    expect(await shown(leaf, 'parents_as_list&subtree_as_list')).toMatchObject({ parents: [], subtree: [] });
    const adminId = (await admin('GET', '/v3/users?name=admin')).body.users[0].id as string;
    const role = await identity.roleId('reader');
    await admin('PUT', `/v3/projects/${root}/users/${adminId}/roles/${role}`);
    await admin('PUT', `/v3/OS-INHERIT/projects/${branch}/users/${adminId}/roles/${role}/inherited_to_projects`);
    expect((await shown(leaf, 'parents_as_list')).parents).toEqual([{ project: await shown(root, '') }]);
    expect((await shown(root, 'subtree_as_list')).subtree).toEqual([{ project: await shown(leaf, '') }]);
  });

  it.each(['parents', 'subtree'])('%s is a list or ids', async (which) => {
    const answer = await admin('GET', `/v3/projects/${root}?${which}_as_list&${which}_as_ids`);
    expect([answer.status, answer.body.error.message]).toEqual([
      400,
      `Cannot use ${which}_as_list and ${which}_as_ids query params at the same time.`,
    ]);
  });

  it('is filtered by its parent, also where that is the domain', async () => {
    expect(await names(`parent_id=${root}`)).toEqual(['branch', 'twig']);
    expect(await names(`parent_id=${domainId}`)).toEqual(['root']);
    expect((await admin('GET', `/v3/projects?parent_id=${domainId}`)).body.projects).toHaveLength(1);
    expect(await names(`parent_id=${root}&name__startswith=t`)).toEqual(['twig']);
  });

  it('is enabled from the top and disabled from the bottom', async () => {
    expect((await patch(branch, { enabled: false })).status).toBe(403);
    expect((await patch(leaf, { enabled: false })).status).toBe(200);
    expect((await patch(branch, { enabled: false })).status).toBe(200);
    expect((await patch(leaf, { enabled: true })).status).toBe(403);
    expect((await post({ name: 'late', parent_id: branch })).status).toBe(400);
    expect((await patch(leaf, { description: 'still here' })).status).toBe(200);
    expect((await patch(branch, { enabled: true })).status).toBe(200);
    expect((await patch(leaf, { enabled: true })).status).toBe(200);
  });

  it('loses its leaves first, and stays where it is', async () => {
    expect((await admin('DELETE', `/v3/projects/${branch}`)).status).toBe(403);
    expect((await patch(leaf, { parent_id: root })).status).toBe(403);
    expect((await patch(leaf, { parent_id: branch, domain_id: domainId, is_domain: false })).status).toBe(200);
    expect((await patch(leaf, { domain_id: 'default' })).status).toBe(400);
    expect((await patch(leaf, { is_domain: true })).status).toBe(400);
    expect((await post({ name: 'stray', domain_id: 'default', parent_id: root })).status).toBe(400);
    expect((await admin('DELETE', `/v3/projects/${leaf}`)).status).toBe(204);
    expect((await admin('DELETE', `/v3/projects/${branch}`)).status).toBe(204);
  });

  it('is no deeper than five projects', async () => {
    let parent = root;
    for (const depth of [2, 3, 4, 5]) parent = await make(`depth-${String(depth)}`, { parent_id: parent });
    const deeper = await post({ name: 'too-deep', parent_id: parent });
    expect([deeper.status, deeper.body.error.message]).toEqual([403, expect.stringContaining('Max hierarchy depth')]);
  });
});

describe('a domain is the project at the root of its others', () => {
  it('and can be made, shown, changed and deleted as one', async () => {
    const made = await post({ name: 'annex', is_domain: true, description: 'new' });
    expect(made.status).toBe(201);
    const { id } = made.body.project as { id: string };
    expect(made.body.project).toMatchObject({ is_domain: true, parent_id: null, domain_id: null, description: 'new' });
    expect((await admin('GET', `/v3/domains/${id}`)).body.domain).toMatchObject({ name: 'annex', enabled: true });
    expect((await admin('GET', `/v3/projects/${id}`)).body).toEqual(made.body);
    expect((await admin('GET', '/v3/projects?is_domain=true&name=annex')).body.projects).toEqual([made.body.project]);
    expect((await admin('GET', '/v3/projects?name=annex')).body.projects).toEqual([]);
    const child = await post({ name: 'room', parent_id: id });
    expect(child.body.project).toMatchObject({ domain_id: id, parent_id: id });
    expect((await patch(id, { is_domain: false })).status).toBe(400);
    expect((await patch(id, { tags: ['a'] })).status).toBe(400);
    expect((await admin('DELETE', `/v3/projects/${id}`)).status).toBe(403);
    expect((await patch(id, { enabled: false })).body.project.enabled).toBe(false);
    expect((await post({ name: 'hall', domain_id: id })).status).toBe(400);
    expect((await admin('DELETE', `/v3/projects/${id}`)).status).toBe(204);
    expect((await admin('GET', `/v3/projects/${child.body.project.id as string}`)).status).toBe(404);
  });

  it('which is in no domain', async () => {
    expect((await post({ name: 'inner', is_domain: true, domain_id: domainId })).status).toBe(400);
    expect((await post({ name: 'inner', is_domain: true, parent_id: domainId })).status).toBe(400);
    expect((await post({ name: 'inner', is_domain: true, tags: ['a'] })).status).toBe(400);
    expect((await post({ name: 'campus', is_domain: true })).status).toBe(409);
  });
});

describe('tags', () => {
  it('are added, replaced and removed', async () => {
    const at = `/v3/projects/${await make('tagged')}/tags`;
    const put = await admin('PUT', `${at}/blue`);
    expect([put.status, put.text, put.headers.get('location')]).toEqual([201, '', `${identity.url}${at}/blue`]);
    expect((await admin('PUT', `${at}/blue`)).status).toBe(201);
    expect((await admin('PUT', `${at}/light%20green`)).status).toBe(201);
    expect((await admin('GET', at)).body).toEqual({
      tags: ['blue', 'light green'],
      links: { self: identity.url + at },
    });
    for (const method of ['GET', 'HEAD']) {
      expect((await admin(method, `${at}/blue`)).status).toBe(204);
      expect((await admin(method, `${at}/Blue`)).status).toBe(404);
    }
    expect((await admin('PUT', at, { tags: ['red', 'ROT'] })).body.tags).toEqual(['red', 'ROT']);
    expect((await admin('DELETE', `${at}/red`)).status).toBe(204);
    expect((await admin('DELETE', `${at}/red`)).status).toBe(404);
    expect((await admin('DELETE', at)).status).toBe(204);
    expect((await admin('GET', at)).body.tags).toEqual([]);
  });

  it('are bounded, differ, and hold neither commas nor slashes', async () => {
    const at = `/v3/projects/${await make('bounded')}/tags`;
    const eighty = Array.from({ length: 80 }, (_, index) => `tag-${String(index)}`);
    expect((await admin('PUT', at, { tags: [...eighty, 'more'] })).status).toBe(400);
    expect((await admin('PUT', at, { tags: eighty })).status).toBe(200);
    expect((await admin('PUT', `${at}/more`)).status).toBe(400);
    expect((await admin('PUT', `${at}/tag-1`)).status).toBe(201);
    for (const tags of [['a', 'a'], ['a,b'], ['a/b'], [''], ['x'.repeat(256)], 'a', [1]]) {
      expect((await admin('PUT', at, { tags })).status).toBe(400);
    }
    for (const tag of ['a,b', 'a%2Fb', 'x'.repeat(256)]) expect((await admin('PUT', `${at}/${tag}`)).status).toBe(400);
    expect((await admin('PUT', '/v3/projects/none/tags', { tags: [] })).status).toBe(404);
    for (const method of ['GET', 'DELETE']) expect((await admin(method, '/v3/projects/none/tags')).status).toBe(404);
    expect((await admin('PUT', '/v3/projects/none/tags/a')).status).toBe(404);
  });

  it.each([
    ['tags=a', ['t-a', 't-ab']],
    ['tags=a,b', ['t-ab']],
    ['tags-any=a,b', ['t-a', 't-ab', 't-b']],
    ['not-tags=a,b', ['t-a', 't-b', 't-none']],
    ['not-tags-any=a,b', ['t-none']],
    ['tags=a&not-tags=b', ['t-a']],
    ['tags-any=a,c&not-tags-any=c', ['t-a', 't-ab']],
  ])('filter projects: %s', async (query, expected) => {
    if ((await names('name=t-a')).length === 0) {
      for (const tags of [['a'], ['b'], ['a', 'b'], []]) await make(`t-${tags.join('') || 'none'}`, { tags });
    }
    expect(await names(`${query}&name__startswith=t-`)).toEqual(expected);
  });
});

it('the projects of a user are filtered, and a disabled one is listed but no scope', async () => {
  const kim = await identity.member('kim');
  const other = await make('second');
  await admin('PUT', `/v3/projects/${other}/users/${kim.userId}/roles/${await identity.roleId('reader')}`);
  await patch(other, { enabled: false });
  const listed = async (query: string) =>
    ((await admin('GET', `/v3/users/${kim.userId}/projects?${query}`)).body.projects as { name: string }[]).map(
      ({ name }) => name,
    );
  expect((await listed('')).sort()).toEqual(['kim-project', 'second']);
  expect(await listed('enabled=false')).toEqual(['second']);
  expect(await listed('domain_id=default')).toEqual(['kim-project']);
  expect(await listed('name=nothing')).toEqual([]);
  const { body } = await identity.call('GET', '/v3/auth/projects', { token: kim.token });
  expect(body.projects).toMatchObject([{ name: 'kim-project' }]);
});

describe('a user', () => {
  it('keeps what is written on them beyond Keystone’s own fields', async () => {
    const user = { name: 'lee', room: 'B12', phones: ['1', '2'], password: 'secret-of-lee', password_expires_at: 'x' };
    const made = await admin('POST', '/v3/users', { user });
    const at = `/v3/users/${made.body.user.id as string}`;
    expect(made.body.user).toMatchObject({ room: 'B12', phones: ['1', '2'], password_expires_at: null });
    expect(made.text).not.toContain('secret-of-lee');
    const changed = await admin('PATCH', at, { user: { room: 'C3', links: 'x' } });
    expect(changed.body.user).toEqual({ ...made.body.user, room: 'C3' });
    expect((await admin('GET', at)).body).toEqual(changed.body);
    expect((await admin('GET', '/v3/users?name__icontains=LE')).body.users).toContainEqual(changed.body.user);
  });

  it('and a group stay in their domain', async () => {
    const made = await admin('POST', '/v3/users', { user: { name: 'moe' } });
    const at = `/v3/users/${made.body.user.id as string}`;
    expect((await admin('PATCH', at, { user: { domain_id: domainId } })).status).toBe(400);
    expect((await admin('PATCH', at, { user: { domain_id: 'default' } })).status).toBe(200);
    const group = await admin('POST', '/v3/groups', { group: { name: 'moes' } });
    const atGroup = `/v3/groups/${group.body.group.id as string}`;
    expect((await admin('PATCH', atGroup, { group: { domain_id: domainId } })).status).toBe(400);
    expect((await admin('PATCH', atGroup, { group: { domain_id: 'default' } })).status).toBe(200);
  });
});

it('a member of a group is shown, and both are found by name', async () => {
  const group = await admin('POST', '/v3/groups', { group: { name: 'choir' } });
  const user = await admin('POST', '/v3/users', { user: { name: 'ann', enabled: false } });
  const [groupId, userId] = [group.body.group.id as string, user.body.user.id as string];
  const at = `/v3/groups/${groupId}/users/${userId}`;
  expect((await admin('GET', at)).status).toBe(404);
  await admin('PUT', at);
  expect((await admin('GET', at)).status).toBe(204);
  const members = async (query: string) =>
    (await admin('GET', `/v3/groups/${groupId}/users?${query}`)).body.users as unknown[];
  expect(await members('enabled=false&name=ann')).toHaveLength(1);
  expect([await members('enabled=true'), await members('name=bob'), await members('domain_id=x')]).toEqual([
    [],
    [],
    [],
  ]);
  const groups = async (name: string) =>
    (await admin('GET', `/v3/users/${userId}/groups?name=${name}`)).body.groups as unknown[];
  expect([(await groups('choir')).length, (await groups('band')).length]).toEqual([1, 0]);
});

it('regions within a region go with it, and none is within itself', async () => {
  for (const [id, parent] of [['earth'], ['europe', 'earth'], ['france', 'europe']]) {
    await admin('POST', '/v3/regions', { region: { id, parent_region_id: parent } });
  }
  const move = (id: string, to: string) => admin('PATCH', `/v3/regions/${id}`, { region: { parent_region_id: to } });
  expect([(await move('earth', 'france')).status, (await move('earth', 'earth')).status]).toEqual([400, 400]);
  expect((await move('france', 'earth')).status).toBe(200);
  expect((await move('france', 'none')).status).toBe(404);
  const service = await admin('POST', '/v3/services', { service: { type: 'dns' } });
  const fields = { service_id: service.body.service.id as string, interface: 'public', url: 'http://dns.test' };
  const endpoint = await admin('POST', '/v3/endpoints', { endpoint: { ...fields, region_id: 'france' } });
  expect((await admin('DELETE', '/v3/regions/earth')).status).toBe(403);
  await admin('DELETE', `/v3/endpoints/${endpoint.body.endpoint.id as string}`);
  expect((await admin('DELETE', '/v3/regions/earth')).status).toBe(204);
  for (const id of ['earth', 'europe', 'france']) expect((await admin('GET', `/v3/regions/${id}`)).status).toBe(404);
});

it.each([
  ['groups', 'group', 'moes', 'name__endswith=oes'],
  ['domains', 'domain', 'campus', 'name__contains=amp'],
  ['services', 'service', 'identity', 'type__istartswith=IDENT'],
])('%s are filtered by a part of a text', async (list, _, name, query) => {
  const found = (await admin('GET', `/v3/${list}?${query}`)).body[list] as { name: string }[];
  expect(found.map((one) => one.name)).toEqual([name]);
  expect((await admin('GET', `/v3/${list}?name__contains=%25`)).body[list]).toEqual([]);
});
