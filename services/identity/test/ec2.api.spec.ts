import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccessKey as Key, isoTime, versionFour, versionTwo } from './access-keys.js';
import { type Answer, IdentityProcess } from './identity-process.js';

let identity: IdentityProcess;
let ada: { userId: string; projectId: string; token: string };
let bob: { userId: string; projectId: string; token: string };
let key: Key;

beforeAll(async () => {
  identity = await IdentityProcess.start();
  ada = await identity.member('ada');
  bob = await identity.member('bob');
  key = (await as(ada, 'POST', keysOf(ada), { tenant_id: ada.projectId })).body.credential as Key;
});
afterAll(() => identity.stop());

const keysOf = ({ userId }: { userId: string }): string => `/v3/users/${userId}/credentials/OS-EC2`;
const as = (who: { token: string }, method: string, route: string, json?: unknown): Promise<Answer> =>
  identity.call(method, route, { token: who.token, json });
const exchange = (credentials: object, name = 'credentials'): Promise<Answer> =>
  identity.admin('POST', '/v3/ec2tokens', { [name]: credentials });

describe('access keys', () => {
  it('are made for a project, shown, listed and deleted', async () => {
    const made = await as(bob, 'POST', keysOf(bob), { tenant_id: bob.projectId });
    const { access } = made.body.credential as Key;
    expect([made.status, made.body.credential]).toEqual([
      201,
      {
        access,
        secret: expect.stringMatching(/^[0-9a-f]{32}$/),
        user_id: bob.userId,
        tenant_id: bob.projectId,
        trust_id: null,
        links: { self: `${identity.url}${keysOf(bob)}/${access}` },
      },
    ]);
    expect((await as(bob, 'GET', `${keysOf(bob)}/${access}`)).body).toEqual(made.body);
    expect((await as(bob, 'GET', keysOf(bob))).body.credentials).toEqual([made.body.credential]);
    expect((await as(bob, 'GET', '/v3/credentials?type=ec2')).body.credentials).toHaveLength(1);
    expect((await as(bob, 'GET', `${keysOf(bob)}/${key.access}`)).status).toBe(403);
    expect((await as(bob, 'DELETE', `${keysOf(bob)}/${key.access}`)).status).toBe(403);
    expect((await as(bob, 'GET', keysOf(ada))).status).toBe(403);
    expect((await as(bob, 'DELETE', `${keysOf(bob)}/${access}`)).status).toBe(204);
    expect((await as(bob, 'GET', `${keysOf(bob)}/${access}`)).status).toBe(404);
  });

  it('need a project that is there', async () => {
    expect((await as(ada, 'POST', keysOf(ada), { tenant_id: 'nowhere' })).status).toBe(404);
    expect((await as(ada, 'POST', keysOf(ada), {})).status).toBe(400);
    expect((await identity.admin('GET', '/v3/users/nobody/credentials/OS-EC2')).status).toBe(404);
  });
});

describe('a signed request', () => {
  it.each([
    ['version 2', () => versionTwo(key), 'credentials'],
    ['version 4', () => versionFour(key), 'credentials'],
    ['version 4, under the older name', () => versionFour(key), 'ec2Credentials'],
  ])('of %s gives a token for the key’s project', async (_, request, name) => {
    const answer = await exchange(request(), name);
    expect([answer.status, answer.body.token]).toMatchObject([
      200,
      { methods: ['ec2credential'], user: { id: ada.userId }, project: { id: ada.projectId } },
    ]);
  });

  it.each([
    ['another secret', () => versionFour({ ...key, secret: 'guessed' })],
    ['another secret in version 2', () => versionTwo({ ...key, secret: 'guessed' })],
    ['an unknown key', () => versionTwo({ access: 'unknown', secret: 'x' })],
    ['another path', () => ({ ...versionFour(key), path: '/other' })],
    ['other parameters', () => ({ ...versionTwo(key), host: 'other.test' })],
    ['another body', () => ({ ...versionFour(key), body_hash: 'x' })],
    ['a time long ago', () => versionTwo(key, isoTime(-16))],
    ['a time to come', () => versionFour(key, 16)],
    ['no version', () => ({ ...versionTwo(key), params: {} })],
  ])('with %s gives none', async (_, request) => {
    expect((await exchange(request())).status).toBe(401);
  });

  it('is a matter of services: who sees it by chance makes no token of it', async () => {
    const json = { credentials: versionFour(key) };
    expect((await identity.call('POST', '/v3/ec2tokens', { json })).status).toBe(401);
    expect((await identity.call('POST', '/v3/ec2tokens', { json, token: bob.token })).status).toBe(403);
  });

  it('gives a token that is for services, and opens nothing here', async () => {
    const token = (await exchange(versionFour(key))).headers.get('x-subject-token') ?? '';
    const subject = { 'x-subject-token': token };
    const shown = await identity.call('GET', '/v3/auth/tokens', { token: identity.adminToken, headers: subject });
    expect([shown.status, shown.body.token.methods]).toEqual([200, ['ec2credential']]);
    const routes = ['/v3/auth/projects', `/v3/users/${ada.userId}`, keysOf(ada), '/v3/auth/catalog'];
    const answers = await Promise.all(routes.map((route) => identity.call('GET', route, { token })));
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect((await identity.call('GET', '/v3/auth/tokens', { token, headers: subject })).status).toBe(403);
    const again = await identity.authenticate({ methods: ['token'], token: { id: token } }, { system: { all: true } });
    expect(again.status).toBe(403);
  });

  it('gives none once the user lost the project, or is disabled', async () => {
    const role = await identity.roleId('member');
    const grant = `/v3/projects/${ada.projectId}/users/${ada.userId}/roles/${role}`;
    await identity.admin('DELETE', grant);
    expect((await exchange(versionFour(key))).status).toBe(401);
    await identity.admin('PUT', grant);
    await identity.admin('PATCH', `/v3/users/${ada.userId}`, { user: { enabled: false } });
    expect((await exchange(versionFour(key))).status).toBe(401);
    await identity.admin('PATCH', `/v3/users/${ada.userId}`, { user: { enabled: true } });
    expect((await exchange(versionFour(key))).status).toBe(200);
  });

  it('made by an application credential stays within it', async () => {
    const login = await identity.login('bob', 'password-of-bob', 'bob-project');
    const make = async (unrestricted: boolean) => {
      const application_credential = { name: `robot ${String(unrestricted)}`, unrestricted };
      const at = `/v3/users/${bob.userId}/application_credentials`;
      const { id, secret } = (await identity.call('POST', at, { token: login, json: { application_credential } })).body
        .application_credential as { id: string; secret: string };
      const identityOf = { methods: ['application_credential'], application_credential: { id, secret } };
      const token = (await identity.authenticate(identityOf)).headers.get('x-subject-token') ?? '';
      return { at: `${at}/${id}`, token };
    };
    const restricted = await make(false);
    expect((await as(restricted, 'POST', keysOf(bob), { tenant_id: bob.projectId })).status).toBe(403);
    const free = await make(true);
    expect((await as(free, 'POST', keysOf(bob), { tenant_id: ada.projectId })).status).toBe(403);
    const made = (await as(free, 'POST', keysOf(bob), { tenant_id: bob.projectId })).body.credential as Key;
    expect((await exchange(versionFour(made))).body.token.application_credential).toMatchObject({ restricted: false });
    await identity.call('DELETE', free.at, { token: login });
    expect((await exchange(versionFour(made))).status).toBe(401);
  });
});
