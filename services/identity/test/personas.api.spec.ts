import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, IdentityProcess } from './identity-process.js';

const ROLES = ['reader', 'member', 'manager', 'admin'] as const;
const SCOPES = ['system', 'domain', 'project'] as const;
type Scope = (typeof SCOPES)[number];

const text = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');
const page = text('../../../docs/identity-policy.md');
const document = JSON.parse(text('../openapi.json')) as { paths: Record<string, object> };
const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
);

/** The rows of the page: the least role in each scope, or a dash. */
const rows = [...page.matchAll(/^\| `(.+?)` +\| (\S+) +\| (\S+) +\| (\S+) +\| (.*?) *\|$/gm)].map(
  ([, route = '', system = '', domain = '', project = '', besides = '']) => ({
    route,
    least: { system, domain, project },
    besides,
  }),
);
const listed = [...page.matchAll(/^- `([A-Z]+ [^`]+)`/gm)].map(([, route]) => route);

interface Place {
  readonly domainId: string;
  readonly userId: string;
  readonly groupId: string;
  readonly projectId: string;
}

let identity: IdentityProcess;
let [here, there] = [{}, {}] as [Place, Place];
let roles = new Map<string, string>();
const tokens = new Map<string, string>();
const selves = new Map<string, string>();

const admin = (method: string, route: string, json?: unknown): Promise<Answer> => identity.admin(method, route, json);
async function make(list: string, one: string, fields: object): Promise<string> {
  const made = await admin('POST', `/v3/${list}`, { [one]: fields });
  expect(made.status, made.text).toBe(201);
  return made.body[one].id as string;
}
const roleId = (name: string): string => roles.get(name) ?? '';
let fresh = 0;
const freshName = (): string => `fresh-${String((fresh += 1))}`;

async function place(name: string): Promise<Place> {
  const domainId = await make('domains', 'domain', { name });
  const domain_id = domainId;
  return {
    domainId,
    userId: await make('users', 'user', { name: `user-of-${name}`, domain_id }),
    groupId: await make('groups', 'group', { name: `group-of-${name}`, domain_id }),
    projectId: await make('projects', 'project', { name: `project-of-${name}`, domain_id }),
  };
}

/** Somebody in this domain, with a role there. */
async function persona(domainId: string, scope: Scope, role: string, projectId = here.projectId): Promise<string> {
  const name = `${scope}-${role}-${domainId}`;
  const password = `secret-of-${name}`;
  const id = await make('users', 'user', { name, password, domain_id: domainId });
  const at = { system: 'system', domain: `domains/${domainId}`, project: `projects/${projectId}` }[scope];
  expect((await admin('PUT', `/v3/${at}/users/${id}/roles/${roleId(role)}`)).status).toBe(204);
  const scopes = { system: { system: { all: true } }, domain: { domain: { id: domainId } } };
  const wanted = scope === 'project' ? { project: { id: projectId } } : scopes[scope];
  const answer = await identity.authenticate({ methods: ['password'], password: { user: { id, password } } }, wanted);
  expect(answer.status, answer.text).toBe(201);
  selves.set(answer.headers.get('x-subject-token') ?? '', id);
  return answer.headers.get('x-subject-token') ?? '';
}

beforeAll(async () => {
  identity = await IdentityProcess.start();
  const known = (await admin('GET', '/v3/roles')).body.roles as { id: string; name: string }[];
  roles = new Map(known.map(({ id, name }) => [name, id]));
  [here, there] = [await place('here'), await place('there')];
  for (const scope of SCOPES) {
    const domainId = scope === 'system' ? 'default' : here.domainId;
    for (const role of ROLES) tokens.set(`${scope} ${role}`, await persona(domainId, scope, role));
  }
});
afterAll(() => identity.stop());

/** What is deleted is made for it. */
async function at({ domainId, userId, groupId, projectId }: Place, route: string): Promise<string> {
  const fields = { name: freshName(), domain_id: domainId };
  const doomed: Record<string, () => Promise<string>> = {
    'DELETE /v3/users/{user_id}': () => make('users', 'user', fields),
    'DELETE /v3/groups/{group_id}': () => make('groups', 'group', fields),
    'DELETE /v3/projects/{project_id}': () => make('projects', 'project', fields),
  };
  const id = await doomed[route]?.();
  // Who has a role on the system is the operator's from then on.
  const user = route.includes(' /v3/system/') ? await make('users', 'user', fields) : userId;
  const path = (route.split(' ')[1] ?? '')
    .replace('{user_id}', id ?? user)
    .replace('{group_id}', id ?? (route.includes(' /v3/system/') ? 'unknown' : groupId))
    .replace('{project_id}', id ?? projectId)
    .replace('{domain_id}', domainId)
    .replace(/(?<=\/(users|groups)\/.*)\{role_id\}/, roleId('reader'))
    .replace(/\{[^}]+\}/g, 'unknown');
  return route === 'GET /v3/role_assignments' ? `${path}?scope.domain.id=${domainId}` : path;
}
const send = async (route: string, token: string, where: Place): Promise<Answer> =>
  identity.call(route.split(' ')[0] ?? '', await at(where, route), { token });
const isRefused = ({ status, body }: Answer): boolean =>
  status === 403 && (body?.error.message as string | undefined)?.startsWith('You are not authorized') !== false;

describe('the page of who may do what', () => {
  it('has every route once', () => {
    const told = [...rows.map(({ route }) => route), ...listed];
    expect([...told].sort()).toEqual([...routes].sort());
    expect(rows.length).toBeGreaterThan(200);
  });

  it.each(rows)('is right about each persona: $route', async ({ route, least }) => {
    const personas = SCOPES.flatMap((scope) => {
      const from = ROLES.indexOf(least[scope] as (typeof ROLES)[number]);
      return ROLES.map((role, index) => ({ who: `${scope} ${role}`, may: from >= 0 && index >= from }));
    });
    const met = await Promise.all(
      personas.map(async ({ who }) => ({ who, may: !isRefused(await send(route, tokens.get(who) ?? '', here)) })),
    );
    expect(met).toEqual(personas);
  });

  it.each(rows.filter(({ besides }) => besides === 'the user whom the path names'))(
    'is right about the user themselves: $route',
    async ({ route }) => {
      const token = tokens.get('project reader') ?? '';
      const answer = await send(route, token, { ...here, userId: selves.get(token) ?? '' });
      expect(isRefused(answer), answer.text).toBe(false);
    },
  );

  it.each(rows.filter(({ route, least }) => least.domain !== '–' && /\{(user|group|project|domain)_id\}/.test(route)))(
    'lets nobody of one domain at another: $route',
    async ({ route, besides }) => {
      const answer = await send(route, tokens.get('domain admin') ?? '', there);
      expect(answer.status, besides).toBe(403);
    },
  );
});

describe('a manager of a domain', () => {
  let manager: string;
  const as = (method: string, route: string, json?: unknown): Promise<Answer> =>
    identity.call(method, route, { token: manager, json });
  const statusOf = async (method: string, route: string, json?: unknown): Promise<number> =>
    (await as(method, route, json)).status;
  beforeAll(() => {
    manager = tokens.get('domain manager') ?? '';
  });

  it.each([
    ['users', 'user'],
    ['groups', 'group'],
    ['projects', 'project'],
  ])('makes, sees, changes and removes its %s, and no others', async (list, one) => {
    const made = await as('POST', `/v3/${list}`, { [one]: { name: freshName() } });
    expect([made.status, made.body[one].domain_id]).toEqual([201, here.domainId]);
    const route = `/v3/${list}/${made.body[one].id as string}`;
    expect((await as('GET', route)).body[one]).toMatchObject(made.body[one] as object);
    expect(await statusOf('PATCH', route, { [one]: { description: 'changed' } })).toBe(200);
    const shown = (await as('GET', `/v3/${list}`)).body[list] as { domain_id: string }[];
    expect(shown.length).toBeGreaterThan(1);
    expect(shown.every(({ domain_id }) => domain_id === here.domainId)).toBe(true);
    expect(await statusOf('GET', `/v3/${list}?domain_id=${there.domainId}`)).toBe(403);
    expect(await statusOf('POST', `/v3/${list}`, { [one]: { name: freshName(), domain_id: 'default' } })).toBe(403);
    expect(await statusOf('DELETE', route)).toBe(204);
  });

  it('makes no domain, and no project below another’s', async () => {
    expect(await statusOf('POST', '/v3/projects', { project: { name: freshName(), is_domain: true } })).toBe(403);
    const below = (parent_id: string) =>
      statusOf('POST', '/v3/projects', { project: { name: freshName(), parent_id } });
    expect(await below(there.projectId)).toBe(403);
    expect([await below(here.projectId), await below(here.domainId)]).toEqual([201, 201]);
    expect(await statusOf('GET', '/v3/projects?is_domain=true')).toBe(403);
  });

  it('gives the roles of a domain, and no power over more', async () => {
    const own = await make('roles', 'role', { name: 'of-here', domain_id: here.domainId });
    const foreign = await make('roles', 'role', { name: 'of-there', domain_id: there.domainId });
    const other = await make('roles', 'role', { name: 'of-nobody' });
    for (const where of [`projects/${here.projectId}`, `domains/${here.domainId}`]) {
      const grant = (role: string) => statusOf('PUT', `/v3/${where}/users/${here.userId}/roles/${role}`);
      const given = ['reader', 'member', 'manager', 'admin', 'service'].map(roleId);
      expect(await Promise.all([...given, own, foreign, other, 'none'].map(grant))).toEqual([
        ...[204, 204, 204, 403, 403],
        ...[204, 403, 403, 403],
      ]);
    }
    const inherited = `/v3/OS-INHERIT/domains/${here.domainId}/groups/${here.groupId}/roles`;
    expect(await statusOf('PUT', `${inherited}/${roleId('member')}/inherited_to_projects`)).toBe(204);
    expect(await statusOf('PUT', `${inherited}/${roleId('admin')}/inherited_to_projects`)).toBe(403);
    expect(await statusOf('PUT', `/v3/projects/${here.projectId}/users/${there.userId}/roles/${own}`)).toBe(403);
    expect(await statusOf('PUT', `/v3/groups/${here.groupId}/users/${there.userId}`)).toBe(403);
    expect(await statusOf('PUT', `/v3/groups/${here.groupId}/users/${here.userId}`)).toBe(204);
  });

  it('asks for role assignments of its own places', async () => {
    const ask = (query: string) => statusOf('GET', `/v3/role_assignments?${query}`);
    expect(await ask(`scope.domain.id=${here.domainId}`)).toBe(200);
    expect(await ask(`scope.project.id=${here.projectId}&effective&include_names`)).toBe(200);
    for (const query of [
      '',
      `user.id=${here.userId}`,
      `scope.domain.id=${there.domainId}`,
      `scope.project.id=${there.projectId}`,
      `scope.domain.id=${here.domainId}&scope.system=all`,
    ]) {
      expect(await ask(query), query).toBe(403);
    }
  });

  it('does not take over an operator, nor become one', async () => {
    const operator = await make('users', 'user', { name: 'operator', domain_id: here.domainId });
    await admin('PUT', `/v3/system/users/${operator}/roles/${roleId('reader')}`);
    const group = await make('groups', 'group', { name: 'operators', domain_id: here.domainId });
    const project = (await admin('GET', '/v3/projects?name=admin')).body.projects[0].id as string;
    await admin('PUT', `/v3/projects/${project}/groups/${group}/roles/${roleId('admin')}`);
    const member = await make('users', 'user', { name: 'member-of-operators', domain_id: here.domainId });
    await admin('PUT', `/v3/groups/${group}/users/${member}`);
    for (const id of [operator, member]) {
      expect(await statusOf('GET', `/v3/users/${id}`)).toBe(200);
      expect(await statusOf('PATCH', `/v3/users/${id}`, { user: { password: 'mine-now' } })).toBe(403);
      expect(await statusOf('DELETE', `/v3/users/${id}`)).toBe(403);
    }
    expect(await statusOf('PUT', `/v3/groups/${group}/users/${here.userId}`)).toBe(403);
    expect(await statusOf('DELETE', `/v3/groups/${group}`)).toBe(403);

    manager = await persona('default', 'domain', 'admin');
    const adminId = (await admin('GET', '/v3/users?name=admin')).body.users[0].id as string;
    expect(await statusOf('PATCH', `/v3/users/${adminId}`, { user: { password: 'mine-now' } })).toBe(403);
    expect(await statusOf('PATCH', `/v3/projects/${project}`, { project: { name: 'other' } })).toBe(403);
    expect(await statusOf('DELETE', `/v3/projects/${project}`)).toBe(403);
    const own = selves.get(manager) ?? '';
    for (const role of ['admin', 'reader']) {
      expect(await statusOf('PUT', `/v3/projects/${project}/users/${own}/roles/${roleId(role)}`)).toBe(403);
    }
    const inherited = `/v3/OS-INHERIT/domains/default/users/${own}/roles/${roleId('admin')}/inherited_to_projects`;
    expect(await statusOf('PUT', inherited)).toBe(403);
    expect(await statusOf('PUT', `/v3/system/users/${own}/roles/${roleId('reader')}`)).toBe(403);
  });
});
