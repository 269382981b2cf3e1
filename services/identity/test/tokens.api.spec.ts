import { SigningKey } from '@ocx/openstack-client/signing-key';
import { base64url, decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IdentityProcess, passwordOf } from './identity-process.js';

let identity: IdentityProcess;

beforeAll(async () => {
  identity = await IdentityProcess.start();
});
afterAll(() => identity.stop());

const UNAUTHENTICATED = {
  error: { code: 401, message: 'The request you have made requires authentication.', title: 'Unauthorized' },
};
const MICROSECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

describe('version documents', () => {
  it('lists versions with 300 and shows one with 200', async () => {
    const root = await identity.call('GET', '/');
    expect(root.status).toBe(300);
    const [version] = root.body.versions.values;
    expect(version).toMatchObject({ id: 'v3.14', status: 'stable' });
    expect((await identity.call('GET', '/v3')).body.version).toEqual(version);
  });
});

describe('password logins', () => {
  it('gives a scoped token with roles and a catalog that names identity', async () => {
    const answer = await identity.authenticate(passwordOf('admin', identity.adminPassword), {
      project: { name: 'admin', domain: { name: 'Default' } },
    });
    expect(answer.status).toBe(201);
    const { token } = answer.body;
    expect(token.roles.map((role: { name: string }) => role.name)).toEqual(['admin', 'manager', 'member', 'reader']);
    expect(token.project).toMatchObject({ name: 'admin', domain: { id: 'default', name: 'Default' } });
    expect(token.expires_at).toMatch(MICROSECONDS);
    expect(token.issued_at).toMatch(MICROSECONDS);
    expect(token.catalog[0]).toMatchObject({ type: 'identity', endpoints: [{ url: `${identity.url}/v3` }] });
    const claims = decodeJwt(answer.headers.get('x-subject-token') ?? '');
    expect(claims).toMatchObject({ iss: `${identity.url}/v3`, aud: ['ocx:exchange'], jti: token.audit_ids[0] });
  });

  it('leaves the catalog out when told to, and scopes to domain and system', async () => {
    const { body } = await identity.authenticate(
      passwordOf('admin', identity.adminPassword),
      { system: { all: true } },
      '?nocatalog',
    );
    expect(body.token.system).toEqual({ all: true });
    expect(body.token.catalog).toBeUndefined();
    const domain = await identity.authenticate(passwordOf('admin', identity.adminPassword), {
      domain: { id: 'default' },
    });
    expect(domain.status).toBe(401);
  });

  it('answers a wrong password, an unknown user and a disabled one alike', async () => {
    const { userId } = await identity.member('mallory');
    await identity.admin('PATCH', `/v3/users/${userId}`, { user: { enabled: false } });
    for (const attempt of [
      passwordOf('admin', 'wrong'),
      passwordOf('nobody', 'wrong'),
      passwordOf('mallory', 'password-of-mallory'),
    ]) {
      const answer = await identity.authenticate(attempt);
      expect(answer.status).toBe(401);
      expect(answer.body).toEqual(UNAUTHENTICATED);
    }
  });

  it('refuses malformed and oversized requests in Keystone’s form', async () => {
    const malformed = await identity.call('POST', '/v3/auth/tokens', {
      text: '{"auth": ',
      headers: { 'content-type': 'application/json' },
    });
    expect(malformed.body.error).toMatchObject({ code: 400, title: 'Bad Request' });
    expect((await identity.call('POST', '/v3/auth/tokens', { json: { auth: {} } })).status).toBe(400);
    const large = await identity.authenticate(passwordOf('admin', 'x'.repeat(120_000)));
    expect(large.body.error).toMatchObject({ code: 413, title: 'Request Entity Too Large' });
    expect((await identity.authenticate({ ...passwordOf('a', 'b'), methods: ['password', 'totp'] })).status).toBe(401);
  });
});

describe('token life', () => {
  it('shows, checks and revokes a token; afterwards it opens nothing', async () => {
    const { token } = await identity.member('carol');
    const subject = { 'x-subject-token': token };
    expect((await identity.call('GET', '/v3/auth/tokens', { token, headers: subject })).status).toBe(200);
    expect((await identity.call('HEAD', '/v3/auth/tokens', { token, headers: subject })).status).toBe(200);
    expect((await identity.call('DELETE', '/v3/auth/tokens', { token, headers: subject })).status).toBe(204);
    expect((await identity.call('GET', '/v3/auth/projects', { token })).body).toEqual(UNAUTHENTICATED);
    const gone = await identity.call('GET', '/v3/auth/tokens', { token: identity.adminToken, headers: subject });
    expect(gone.status).toBe(404);
  });

  it('does not let a member look into another’s token', async () => {
    const { token } = await identity.member('dave');
    const answer = await identity.call('GET', '/v3/auth/tokens', {
      token,
      headers: { 'x-subject-token': identity.adminToken },
    });
    expect(answer.status).toBe(403);
  });

  it('rescopes without outliving the first token', async () => {
    const { token, projectId } = await identity.member('erin');
    const again = await identity.authenticate(
      { methods: ['token'], token: { id: token } },
      { project: { id: projectId } },
    );
    expect(again.status).toBe(201);
    expect(again.body.token.methods.sort()).toEqual(['password', 'token']);
    const [first, second] = [decodeJwt(token), decodeJwt(again.headers.get('x-subject-token') ?? '')];
    expect(second.exp).toBe(first.exp);
    expect(second['audit_ids']).toEqual([expect.any(String), first.jti]);
  });

  it('ends tokens with the role, the project and the password, and takes a new login in the same second', async () => {
    const { token, userId, projectId, password } = await identity.member('frank');
    const grant = `/v3/projects/${projectId}/users/${userId}/roles/${await identity.roleId('member')}`;
    expect((await identity.admin('DELETE', grant)).status).toBe(204);
    expect((await identity.call('GET', '/v3/auth/projects', { token })).status).toBe(401);
    await identity.admin('PUT', grant);
    const fresh = await identity.login('frank', password, 'frank-project');
    expect((await identity.call('GET', '/v3/auth/projects', { token: fresh })).status).toBe(200);
    const changed = await identity.call('POST', `/v3/users/${userId}/password`, {
      json: { user: { original_password: password, password: 'another' } },
    });
    expect(changed.status).toBe(204);
    expect((await identity.call('GET', '/v3/auth/projects', { token: fresh })).status).toBe(401);
    const last = await identity.login('frank', 'another', 'frank-project');
    await identity.admin('PATCH', `/v3/projects/${projectId}`, { project: { enabled: false } });
    expect((await identity.call('GET', '/v3/auth/projects', { token: last })).status).toBe(401);
  });
});

describe('forged tokens', () => {
  const refused = async (token: string) => {
    const answer = await identity.call('GET', '/v3/auth/projects', { token });
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual(UNAUTHENTICATED);
  };

  it('refuses another key, no algorithm, another audience and garbage', async () => {
    const claims = decodeJwt(identity.adminToken);
    const own = await SigningKey.generate();
    await refused(await own.sign('at+jwt', claims));
    const encode = (value: object) => base64url.encode(JSON.stringify(value));
    await refused(`${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(claims)}.`);
    const [header, , signature] = identity.adminToken.split('.');
    await refused(`${header ?? ''}.${encode({ ...claims, exp: (claims.exp ?? 0) + 60 })}.${signature ?? ''}`);
    await refused('garbage');
  });
});

describe('application credentials', () => {
  it('delegate the maker’s own roles on one project, and no more', async () => {
    const { token, userId, projectId } = await identity.member('grace');
    const route = `/v3/users/${userId}/application_credentials`;
    const wanted = (fields: object) => ({ token, json: { application_credential: { name: 'robot', ...fields } } });
    expect((await identity.call('POST', route, wanted({ roles: [{ name: 'admin' }] }))).status).toBe(400);
    const made = await identity.call('POST', route, wanted({ roles: [{ name: 'reader' }] }));
    expect(made.status).toBe(201);
    expect((await identity.call('POST', route, wanted({}))).status).toBe(409);
    const { id, secret } = made.body.application_credential;
    const proof = { methods: ['application_credential'], application_credential: { id, secret } };
    const login = await identity.authenticate(proof);
    expect(login.body.token).toMatchObject({
      project: { id: projectId },
      roles: [{ name: 'reader' }],
      application_credential: { id, restricted: true },
    });
    const robot = login.headers.get('x-subject-token') ?? '';
    const more = { token: robot, json: { application_credential: { name: 'second' } } };
    expect((await identity.call('POST', route, more)).status).toBe(403);
    const rescoped = await identity.authenticate({ methods: ['token'], token: { id: robot } });
    expect(rescoped.status).toBe(403);
    expect((await identity.authenticate({ ...proof, application_credential: { id, secret: 'no' } })).status).toBe(401);
    expect((await identity.call('DELETE', `${route}/${id as string}`, { token })).status).toBe(204);
    expect((await identity.authenticate(proof)).status).toBe(401);
    expect((await identity.call('GET', '/v3/auth/projects', { token: robot })).status).toBe(401);
  });

  it('are bound by their access rules at identity too', async () => {
    const { token, userId } = await identity.member('heidi');
    const made = await identity.call('POST', `/v3/users/${userId}/application_credentials`, {
      token,
      json: {
        application_credential: {
          name: 'watcher',
          access_rules: [{ service: 'identity', method: 'GET', path: '/v3/auth/projects' }],
        },
      },
    });
    const { id, secret } = made.body.application_credential;
    const login = await identity.authenticate({
      methods: ['application_credential'],
      application_credential: { id, secret },
    });
    const robot = login.headers.get('x-subject-token') ?? '';
    expect((await identity.call('GET', '/v3/auth/projects', { token: robot })).status).toBe(200);
    expect((await identity.call('GET', '/v3/auth/catalog', { token: robot })).status).toBe(401);
  });
});

describe('resources', () => {
  it('answer unknown ids, duplicates and oversized names as Keystone does', async () => {
    for (const route of ['projects', 'users', 'groups', 'roles', 'domains', 'services', 'endpoints', 'regions']) {
      expect((await identity.admin('GET', `/v3/${route}/none`)).body.error).toMatchObject({ code: 404 });
    }
    expect((await identity.admin('POST', '/v3/projects', { project: { name: 'twice' } })).status).toBe(201);
    expect((await identity.admin('POST', '/v3/projects', { project: { name: 'twice' } })).status).toBe(409);
    expect((await identity.admin('POST', '/v3/projects', { project: { name: 'x'.repeat(65) } })).status).toBe(400);
  });

  it('resolve groups and implied roles in effective assignments', async () => {
    const { userId, projectId, token } = await identity.member('ivan');
    const group = await identity.admin('POST', '/v3/groups', { group: { name: 'operators' } });
    const groupId = group.body.group.id as string;
    await identity.admin('PUT', `/v3/groups/${groupId}/users/${userId}`);
    const manager = await identity.roleId('manager');
    await identity.admin('PUT', `/v3/projects/${projectId}/groups/${groupId}/roles/${manager}`);
    const query = `user.id=${userId}&effective&include_names`;
    const mine = await identity.call('GET', `/v3/role_assignments?${query}`, { token });
    const names = mine.body.role_assignments.map((one: { role: { name: string } }) => one.role.name);
    expect([...new Set(names)].sort()).toEqual(['manager', 'member', 'reader']);
    await identity.admin('DELETE', `/v3/groups/${groupId}/users/${userId}`);
    expect((await identity.call('GET', '/v3/auth/projects', { token })).status).toBe(401);
  });

  it('treat admin of another project as that project’s matter', async () => {
    const { userId, projectId, password } = await identity.member('judy');
    await identity.admin('PUT', `/v3/projects/${projectId}/users/${userId}/roles/${await identity.roleId('admin')}`);
    const token = await identity.login('judy', password, 'judy-project');
    expect((await identity.call('GET', '/v3/users', { token })).status).toBe(403);
  });
});
