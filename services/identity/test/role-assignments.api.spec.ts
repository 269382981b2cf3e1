import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, IdentityProcess } from './identity-process.js';

let identity: IdentityProcess;
let domainId: string;
let otherDomainId: string;
let top: string;
let middle: string;
let leaf: string;
let userId: string;
let groupId: string;

const admin = (method: string, route: string, json?: unknown): Promise<Answer> => identity.admin(method, route, json);

async function make(list: string, one: string, fields: object): Promise<string> {
  const answer = await admin('POST', `/v3/${list}`, { [one]: fields });
  expect(answer.status, answer.text).toBe(201);
  return answer.body[one].id as string;
}

interface Row {
  readonly role: { readonly id: string };
  readonly user?: { readonly id: string };
  readonly scope: object;
  readonly links: { readonly assignment: string };
}
async function assignments(query: string): Promise<Row[]> {
  const answer = await admin('GET', `/v3/role_assignments?${query}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.body.role_assignments as Row[];
}
const roleIds = (rows: readonly Row[]): string[] => rows.map((row) => row.role.id).sort();
const login = (project: string) =>
  identity.authenticate(
    { methods: ['password'], password: { user: { id: userId, password: 'secret-of-eve' } } },
    { project: { id: project } },
  );

beforeAll(async () => {
  identity = await IdentityProcess.start();
  domainId = await make('domains', 'domain', { name: 'faculty' });
  otherDomainId = await make('domains', 'domain', { name: 'guests' });
  top = await make('projects', 'project', { name: 'top', domain_id: domainId });
  middle = await make('projects', 'project', { name: 'middle', domain_id: domainId, parent_id: top });
  leaf = await make('projects', 'project', { name: 'leaf', domain_id: domainId, parent_id: middle });
  userId = await make('users', 'user', { name: 'eve', domain_id: domainId, password: 'secret-of-eve' });
  groupId = await make('groups', 'group', { name: 'eves', domain_id: domainId });
  await admin('PUT', `/v3/groups/${groupId}/users/${userId}`);
});
afterAll(() => identity.stop());

describe('an inherited grant', () => {
  it('on a project acts on all below it, and not on itself', async () => {
    const role = await make('roles', 'role', { name: 'heir' });
    const at = `/v3/OS-INHERIT/projects/${top}/groups/${groupId}/roles/${role}/inherited_to_projects`;
    expect((await admin('GET', at)).status).toBe(404);
    expect([(await admin('PUT', at)).status, (await admin('PUT', at)).status]).toEqual([204, 204]);
    expect([(await admin('GET', at)).status, (await admin('HEAD', at)).status]).toEqual([204, 204]);
    expect((await admin('HEAD', `/v3/projects/${top}/groups/${groupId}/roles/${role}`)).status).toBe(404);

    expect((await login(top)).status).toBe(401);
    for (const project of [middle, leaf]) {
      expect((await login(project)).body.token.roles).toEqual([{ id: role, name: 'heir' }]);
    }
    const token = (await login(leaf)).headers.get('x-subject-token') ?? '';
    const projects = (await identity.call('GET', '/v3/auth/projects', { token })).body.projects as { id: string }[];
    expect(projects.map(({ id }) => id).sort()).toEqual([middle, leaf].sort());

    expect(await assignments(`scope.project.id=${top}&role.id=${role}`)).toEqual([
      {
        role: { id: role },
        group: { id: groupId },
        scope: { project: { id: top }, 'OS-INHERIT:inherited_to': 'projects' },
        links: { assignment: identity.url + at },
      },
    ]);
    expect(await assignments(`effective&scope.project.id=${top}&user.id=${userId}`)).toEqual([]);
    expect(await assignments(`effective&scope.project.id=${leaf}&user.id=${userId}`)).toEqual([
      {
        role: { id: role },
        user: { id: userId },
        scope: { project: { id: leaf }, 'OS-INHERIT:inherited_to': 'projects' },
        links: { assignment: identity.url + at, membership: `${identity.url}/v3/groups/${groupId}/users/${userId}` },
      },
    ]);
    expect(await assignments(`effective&include_subtree&scope.project.id=${top}`)).toHaveLength(2);

    expect((await admin('DELETE', at)).status).toBe(204);
    expect((await admin('DELETE', at)).status).toBe(404);
    expect((await login(leaf)).status).toBe(401);
    expect((await identity.call('GET', '/v3/auth/projects', { token })).status).toBe(401);
  });

  it('on a domain acts on its projects, and not on the domain', async () => {
    const role = await make('roles', 'role', { name: 'domain-heir' });
    const roles = `/v3/OS-INHERIT/domains/${domainId}/users/${userId}/roles`;
    expect((await admin('PUT', `${roles}/${role}/inherited_to_projects`)).status).toBe(204);
    const listed = (await admin('GET', `${roles}/inherited_to_projects`)).body.roles as object[];
    expect(listed).toEqual([expect.objectContaining({ id: role, domain_id: null, options: {} })]);
    expect((await admin('GET', `/v3/domains/${domainId}/users/${userId}/roles`)).body.roles).toEqual([]);
    expect((await login(top)).body.token.roles).toEqual([{ id: role, name: 'domain-heir' }]);
    const token = (await login(top)).headers.get('x-subject-token') ?? '';
    expect((await identity.call('GET', '/v3/auth/domains', { token })).body.domains).toEqual([]);
    const inherited = 'scope.OS-INHERIT:inherited_to=projects';
    expect(await assignments(`user.id=${userId}&scope.domain.id=${domainId}&${inherited}`)).toHaveLength(1);
    expect(await assignments(`effective&user.id=${userId}&${inherited}`)).toHaveLength(3);
    expect((await admin('DELETE', `${roles}/${role}/inherited_to_projects`)).status).toBe(204);
  });

  it('names what there is', async () => {
    const role = await identity.roleId('reader');
    for (const path of [
      `domains/none/users/${userId}/roles/${role}`,
      `domains/${domainId}/users/none/roles/${role}`,
      `projects/${top}/groups/${groupId}/roles/none`,
      `projects/none/groups/${groupId}/roles/${role}`,
    ]) {
      const at = `/v3/OS-INHERIT/${path}/inherited_to_projects`;
      for (const method of ['PUT', 'HEAD', 'DELETE']) expect((await admin(method, at)).status).toBe(404);
    }
  });
});

describe('role assignments are listed', () => {
  it.each([
    [`user.id=a&group.id=b`, 'Specify a user or group, not both'],
    ['scope.project.id=a&scope.domain.id=b', 'Specify a domain or project, not both'],
    ['scope.system=all&scope.domain.id=b', 'Specify system or domain, not both'],
    ['scope.system=all&scope.project.id=b', 'Specify system or project, not both'],
    ['effective&group.id=a', 'Combining effective and group filter'],
    ['effective&scope.domain.id=a&scope.OS-INHERIT:inherited_to=projects', 'Combining effective, domain and inherited'],
    ['include_subtree', 'scope.project.id must be specified'],
  ])('not by filters that exclude each other: %s', async (query, message) => {
    const { status, body } = await admin('GET', `/v3/role_assignments?${query}`);
    expect(status).toBe(400);
    expect(body.error).toEqual({ code: 400, title: 'Bad Request', message: expect.stringContaining(message) });
  });

  it('with the rule through which a role is implied, and with names', async () => {
    const [prior, implied] = [
      await make('roles', 'role', { name: 'teacher' }),
      await make('roles', 'role', { name: 'learner' }),
    ];
    await admin('PUT', `/v3/roles/${prior}/implies/${implied}`);
    const at = `/v3/projects/${top}/users/${userId}/roles/${prior}`;
    await admin('PUT', at);
    expect(roleIds(await assignments(`effective&user.id=${userId}`))).toEqual([prior, implied].sort());
    const [row] = await assignments(`effective&include_names&user.id=${userId}&role.id=${implied}`);
    const domain = { id: domainId, name: 'faculty' };
    expect(row).toEqual({
      role: { id: implied, name: 'learner' },
      user: { id: userId, name: 'eve', domain },
      scope: { project: { id: top, name: 'top', domain } },
      links: {
        assignment: identity.url + at,
        prior_role: `${identity.url}/v3/prior_role/${implied}/implies/${prior}`,
      },
    });
    expect(roleIds(await assignments(`user.id=${userId}&effective=0`))).toEqual([prior]);
    expect((await login(top)).body.token.roles).toHaveLength(2);
    await admin('DELETE', at);
  });
});

describe('a role of a domain', () => {
  let own: string;
  beforeAll(async () => {
    own = await make('roles', 'role', { name: 'examiner', domain_id: domainId });
  });

  it('is listed with its domain only, and its name is free elsewhere', async () => {
    expect((await admin('GET', '/v3/roles?name=examiner')).body.roles).toEqual([]);
    expect((await admin('GET', `/v3/roles?domain_id=${domainId}`)).body.roles).toMatchObject([{ id: own }]);
    await make('roles', 'role', { name: 'examiner', domain_id: otherDomainId });
    await make('roles', 'role', { name: 'examiner' });
    const again = await admin('POST', '/v3/roles', { role: { name: 'examiner', domain_id: domainId } });
    expect(again.status).toBe(409);
    expect((await admin('POST', '/v3/roles', { role: { name: 'x', domain_id: 'none' } })).status).toBe(404);
    expect((await admin('PATCH', `/v3/roles/${own}`, { role: { domain_id: otherDomainId } })).status).toBe(400);
    expect((await admin('PATCH', `/v3/roles/${own}`, { role: { domain_id: domainId } })).status).toBe(200);
  });

  it('gives the global roles that it implies, and is in no token itself', async () => {
    const global = await make('roles', 'role', { name: 'grader' });
    await admin('PUT', `/v3/projects/${top}/users/${userId}/roles/${own}`);
    expect((await login(top)).status).toBe(401);
    expect(await assignments(`effective&user.id=${userId}`)).toEqual([]);
    const named = await assignments(`include_names&user.id=${userId}`);
    expect(named[0]?.role).toEqual({ id: own, name: 'examiner', domain: { id: domainId, name: 'faculty' } });
    expect((await admin('PUT', `/v3/roles/${own}/implies/${global}`)).status).toBe(201);
    expect((await login(top)).body.token.roles).toEqual([{ id: global, name: 'grader' }]);
    expect((await admin('PUT', `/v3/roles/${global}/implies/${own}`)).status).toBe(403);
    await admin('DELETE', `/v3/projects/${top}/users/${userId}/roles/${own}`);
  });

  it('is given on projects of its domain, on none of another, and not on the system', async () => {
    const foreign = await make('projects', 'project', { name: 'foreign', domain_id: otherDomainId });
    expect((await admin('PUT', `/v3/projects/${foreign}/users/${userId}/roles/${own}`)).status).toBe(403);
    expect((await admin('PUT', `/v3/system/users/${userId}/roles/${own}`)).status).toBe(400);
    expect((await admin('PUT', `/v3/system/groups/${groupId}/roles/${own}`)).status).toBe(400);
  });
});

describe('a rule of implied roles', () => {
  it('is shown, is made once, and never gives admin', async () => {
    const [prior, implied] = [
      await make('roles', 'role', { name: 'rector' }),
      await make('roles', 'role', { name: 'vice-rector' }),
    ];
    const at = `/v3/roles/${prior}/implies/${implied}`;
    expect((await admin('GET', at)).status).toBe(404);
    const made = await admin('PUT', at);
    expect((await admin('GET', at)).body).toEqual(made.body);
    expect((await admin('PUT', at)).status).toBe(409);
    expect((await admin('PUT', `/v3/roles/${prior}/implies/${prior}`)).status).toBe(400);
    expect((await admin('PUT', `/v3/roles/${prior}/implies/${await identity.roleId('admin')}`)).status).toBe(403);
    for (const method of ['PUT', 'GET', 'HEAD', 'DELETE']) {
      expect((await admin(method, `/v3/roles/${prior}/implies/none`)).status).toBe(404);
      expect((await admin(method, `/v3/roles/none/implies/${prior}`)).status).toBe(404);
    }
    expect((await admin('DELETE', at)).status).toBe(204);
    expect((await admin('DELETE', at)).status).toBe(404);
  });

  it('may close a circle', async () => {
    const [one, two] = [await make('roles', 'role', { name: 'hen' }), await make('roles', 'role', { name: 'egg' })];
    await admin('PUT', `/v3/roles/${one}/implies/${two}`);
    expect((await admin('PUT', `/v3/roles/${two}/implies/${one}`)).status).toBe(201);
    await admin('PUT', `/v3/projects/${top}/users/${userId}/roles/${one}`);
    expect((await login(top)).body.token.roles).toHaveLength(2);
    expect(roleIds(await assignments(`effective&user.id=${userId}`))).toEqual([one, two].sort());
  });
});

it.each([
  ['name__contains=enio', []],
  ['name__contains=ad', ['admin', 'reader']],
  ['name__icontains=AD', ['ResellerAdmin', 'admin', 'reader']],
  ['name__startswith=resell', []],
  ['name__istartswith=resell', ['ResellerAdmin']],
  ['name__endswith=er&name__contains=ea', ['reader']],
  ['name__iendswith=ADMIN', ['ResellerAdmin', 'admin']],
  ['name__contains=%25', []],
])('roles are filtered by a part of their name: %s', async (query, names) => {
  const roles = (await admin('GET', `/v3/roles?${query}`)).body.roles as { name: string }[];
  const standard = ['admin', 'manager', 'member', 'reader', 'service', 'ResellerAdmin'];
  const found = roles.map(({ name }) => name).filter((name) => standard.includes(name));
  expect(found.sort()).toEqual([...names].sort());
});
