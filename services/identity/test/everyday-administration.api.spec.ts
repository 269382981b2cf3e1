import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, IdentityProcess, passwordOf } from './identity-process.js';

let identity: IdentityProcess;
beforeAll(async () => {
  identity = await IdentityProcess.start({ OCX_EVERY_PROJECT_IS_ADMIN_PROJECT: 'true' });
});
afterAll(() => identity.stop());

const admin = (method: string, route: string, json?: unknown): Promise<Answer> => identity.admin(method, route, json);

/** Makes one and answers what is shown of it. */
async function make(list: string, one: string, fields: object): Promise<{ id: string; name: string }> {
  const made = await admin('POST', `/v3/${list}`, { [one]: fields });
  expect(made.status, made.text).toBe(201);
  return made.body[one] as { id: string; name: string };
}
async function ids(list: string, query = ''): Promise<string[]> {
  const answer = await admin('GET', `/v3/${list}?${query}`);
  expect(answer.status, answer.text).toBe(200);
  return (answer.body[list.split('/').at(-1) ?? ''] as { id: string }[]).map(({ id }) => id);
}

describe('a domain', () => {
  it('is enabled and without description unless told otherwise', async () => {
    expect(await make('domains', 'domain', { name: 'plain' })).toMatchObject({ description: '', enabled: true });
    const fields = { name: 'closed', description: 'not yet', enabled: false };
    expect(await make('domains', 'domain', fields)).toMatchObject(fields);
  });

  it('is found by its name, and by whether it is enabled', async () => {
    const [open, closed] = [
      await make('domains', 'domain', { name: 'open' }),
      await make('domains', 'domain', { name: 'shut', enabled: false }),
    ];
    expect(await ids('domains')).toEqual(expect.arrayContaining([open.id, closed.id]));
    expect(await ids('domains', 'name=open')).toEqual([open.id]);
    expect(await ids('domains', 'enabled=true')).toContain(open.id);
    expect(await ids('domains', 'enabled=true')).not.toContain(closed.id);
    expect(await ids('domains', 'enabled=false')).toContain(closed.id);
  });

  it('takes its users, groups and projects along, and is disabled first', async () => {
    const { id } = await make('domains', 'domain', { name: 'doomed' });
    const inside = [
      ['users', (await make('users', 'user', { name: 'inhabitant', domain_id: id })).id],
      ['groups', (await make('groups', 'group', { name: 'inhabitants', domain_id: id })).id],
      ['projects', (await make('projects', 'project', { name: 'inhabited', domain_id: id })).id],
    ];
    expect((await admin('DELETE', `/v3/domains/${id}`)).status).toBe(403);
    expect((await admin('PATCH', `/v3/domains/${id}`, { domain: { enabled: false } })).status).toBe(200);
    expect((await admin('DELETE', `/v3/domains/${id}`)).status).toBe(204);
    for (const [list, one] of [['domains', id], ...inside]) {
      expect((await admin('GET', `/v3/${list}/${one}`)).status).toBe(404);
    }
  });
});

describe('a user', () => {
  it('without a scope in the login is on their default project', async () => {
    const domain = await make('domains', 'domain', { name: 'faculty' });
    const project = await make('projects', 'project', { name: 'home', domain_id: domain.id });
    const fields = { name: 'dean', password: 'secret-of-dean', domain_id: domain.id, default_project_id: project.id };
    const user = await make('users', 'user', fields);
    const login = () =>
      identity.authenticate({
        methods: ['password'],
        password: { user: { name: 'dean', password: 'secret-of-dean', domain: { name: 'faculty' } } },
      });
    expect((await login()).body.token).not.toHaveProperty('project');
    const role = await identity.roleId('admin');
    await admin('PUT', `/v3/projects/${project.id}/users/${user.id}/roles/${role}`);
    const answer = await login();
    expect(answer.body.token.project).toMatchObject({ id: project.id, domain: { id: domain.id } });
    const token = answer.headers.get('x-subject-token') ?? '';
    expect((await identity.call('GET', '/v3/users', { token })).status).toBe(200);
  });

  it('is listed with others, and found by name and domain', async () => {
    const domain = await make('domains', 'domain', { name: 'library' });
    const [here, there] = [
      await make('users', 'user', { name: 'librarian', domain_id: domain.id }),
      await make('users', 'user', { name: 'reader', email: 'reader@library.test' }),
    ];
    expect(await ids('users')).toEqual(expect.arrayContaining([here.id, there.id]));
    expect(await ids('users', `domain_id=${domain.id}`)).toEqual([here.id]);
    expect(await ids('users', 'name=reader')).toEqual([there.id]);
    expect((await admin('GET', `/v3/users/${there.id}`)).body.user).toEqual(there);
  });

  it('sees their own projects, and is let into no other', async () => {
    const [may, june] = [await identity.member('may'), await identity.member('june')];
    const listed = await identity.call('GET', `/v3/users/${may.userId}/projects`, { token: may.token });
    const projects = listed.body.projects as { id: string; name: string; domain_id: string }[];
    expect(projects.map(({ id }) => id)).toEqual([may.projectId]);
    for (const { id, name, domain_id } of projects) {
      const scope = { project: { name, domain: { id: domain_id } } };
      expect((await identity.authenticate(passwordOf('may', may.password), scope)).body.token.project.id).toBe(id);
    }
    const foreign = { project: { id: june.projectId } };
    expect((await identity.authenticate(passwordOf('may', may.password), foreign)).status).toBe(401);
    expect((await identity.call('DELETE', `/v3/projects/${june.projectId}`, { token: may.token })).status).toBe(403);
  });

  it('changes their password and logs in with the new one alone', async () => {
    const { userId } = await identity.member('april');
    const user = { original_password: 'password-of-april', password: 'another-of-april' };
    expect((await identity.call('POST', `/v3/users/${userId}/password`, { json: { user } })).status).toBe(204);
    expect((await identity.authenticate(passwordOf('april', 'password-of-april'))).status).toBe(401);
    const token = await identity.login('april', 'another-of-april');
    const shown = await identity.call('GET', '/v3/auth/tokens', { token, headers: { 'x-subject-token': token } });
    expect(shown.body.token.user).toMatchObject({ id: userId, name: 'april' });
  });

  it('sees the domains on which they have a role', async () => {
    const domain = await make('domains', 'domain', { name: 'senate' });
    const { userId, token } = await identity.member('senator');
    const domains = async () =>
      (await identity.call('GET', '/v3/auth/domains', { token })).body.domains as { id: string }[];
    expect(await domains()).toEqual([]);
    await admin('PUT', `/v3/domains/${domain.id}/users/${userId}/roles/${await identity.roleId('reader')}`);
    expect(await domains()).toMatchObject([{ id: domain.id, name: 'senate' }]);
  });
});

describe('a project', () => {
  it('is listed with others, found by name and domain, renamed and disabled', async () => {
    const domain = await make('domains', 'domain', { name: 'institute' });
    const [here, there] = [
      await make('projects', 'project', { name: 'here', domain_id: domain.id }),
      await make('projects', 'project', { name: 'there', enabled: false }),
    ];
    expect(here).toMatchObject({ enabled: true, parent_id: domain.id });
    expect(there).toMatchObject({ enabled: false, parent_id: 'default' });
    const listed = (await admin('GET', '/v3/projects')).body.projects as unknown[];
    expect(listed).toEqual(expect.arrayContaining([here, there]));
    expect(await ids('projects', `domain_id=${domain.id}`)).toEqual([here.id]);
    expect(await ids('projects', 'name=there')).toEqual([there.id]);
    for (const change of [{ name: 'yonder' }, { description: 'far away' }, { enabled: true }]) {
      const changed = await admin('PATCH', `/v3/projects/${there.id}`, { project: change });
      expect([changed.status, changed.body.project]).toMatchObject([200, change]);
    }
    const shown = (await admin('GET', `/v3/projects/${there.id}`)).body.project as object;
    expect(shown).toMatchObject({ name: 'yonder', description: 'far away', enabled: true });
  });
});

it.each(['users', 'groups'])('inherited roles of %s on a domain are given, checked, listed and taken', async (list) => {
  const domain = await make('domains', 'domain', { name: `heirs-${list}` });
  const heir = await make(list, list.slice(0, -1), { name: 'heir', domain_id: domain.id });
  const role = await make('roles', 'role', { name: `inherited-by-${list}` });
  const roles = `/v3/OS-INHERIT/domains/${domain.id}/${list}/${heir.id}/roles`;
  const at = `${roles}/${role.id}/inherited_to_projects`;
  const status = async (method: string) => (await admin(method, at)).status;
  expect([await status('HEAD'), await status('PUT'), await status('HEAD')]).toEqual([404, 204, 204]);
  expect((await admin('GET', `${roles}/inherited_to_projects`)).body.roles).toMatchObject([{ id: role.id }]);
  expect([await status('DELETE'), await status('DELETE')]).toEqual([204, 404]);
  expect((await admin('GET', `${roles}/inherited_to_projects`)).body.roles).toEqual([]);
});

describe('an endpoint', () => {
  it.each(['False', 'True', 0, null])('is not enabled by %j', async (enabled) => {
    const service = await make('services', 'service', { type: `type-${String(enabled)}` });
    const endpoint = { service_id: service.id, interface: 'public', url: 'http://a.test' };
    expect((await admin('POST', '/v3/endpoints', { endpoint: { ...endpoint, enabled } })).status).toBe(400);
    const { id } = await make('endpoints', 'endpoint', endpoint);
    expect((await admin('PATCH', `/v3/endpoints/${id}`, { endpoint: { enabled } })).status).toBe(400);
    expect((await admin('GET', `/v3/endpoints/${id}`)).body.endpoint.enabled).toBe(true);
  });
});

it('the catalog that anybody asks for has identity in it, under its standard type', async () => {
  const { token } = await identity.member('browser');
  const { body } = await identity.call('GET', '/v3/auth/catalog', { token });
  expect((body.catalog as { type: string }[]).map(({ type }) => type)).toContain('identity');
});
