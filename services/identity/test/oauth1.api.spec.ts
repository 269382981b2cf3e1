import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, IdentityProcess } from './identity-process.js';
import { issuedToken, OAuthConsumer, type Signing } from './oauth-consumer.js';

let identity: IdentityProcess;
let consumer: OAuthConsumer;
let user: Awaited<ReturnType<IdentityProcess['member']>>;
let reader: string;

beforeAll(async () => {
  identity = await IdentityProcess.start({ OCX_OAUTH1_ACCESS_TOKEN_SECONDS: '600' });
  consumer = await OAuthConsumer.register(identity);
  user = await identity.member('olga');
  reader = await identity.roleId('reader');
});
afterAll(() => identity.stop());

const ask = (headers: Record<string, string>, projectId = user.projectId): Promise<Answer> =>
  identity.call('POST', '/v3/OS-OAUTH1/request_token', { headers: { ...headers, 'requested-project-id': projectId } });
const authorize = (id: string, roles: object[], token = user.token): Promise<Answer> =>
  identity.call('PUT', `/v3/OS-OAUTH1/authorize/${id}`, { token, json: { roles } });

describe('a consumer', () => {
  it.each(['SHA1', 'SHA256'])('gets the token of a user that let it, signed with %s', async (hash) => {
    const access = await consumer.delegated(user);
    const answer = await consumer.login(access, { project: { id: 'ignored' } }, hash);
    expect(answer.status, answer.text).toBe(201);
    expect(answer.body.token).toMatchObject({
      methods: ['oauth1'],
      user: { id: user.userId },
      project: { id: user.projectId },
      roles: [{ name: 'member' }],
      'OS-OAUTH1': { access_token_id: access.key, consumer_id: consumer.key },
    });
    expect(answer.body.token.roles).toHaveLength(1);
    expect(Date.parse(answer.body.token.expires_at as string)).toBeLessThanOrEqual(Date.now() + 600_000);
    const token = answer.headers.get('x-subject-token') ?? '';
    const shown = await identity.call('GET', '/v3/auth/tokens', { token, headers: { 'x-subject-token': token } });
    expect(shown.body.token['OS-OAUTH1']).toEqual(answer.body.token['OS-OAUTH1']);
  });

  it('delegates nothing further, and gets no other scope', async () => {
    const access = await consumer.delegated(user);
    const token = (await consumer.login(access)).headers.get('x-subject-token') ?? '';
    const as = (method: string, route: string, json?: unknown) => identity.call(method, route, { token, json });
    expect((await identity.authenticate({ methods: ['token'], token: { id: token } })).status).toBe(403);
    const own = `/v3/users/${user.userId}`;
    const trust = { trustor_user_id: user.userId, trustee_user_id: user.userId, impersonation: true };
    const attempts = [
      as('POST', `${own}/application_credentials`, { application_credential: { name: 'more' } }),
      as('POST', '/v3/OS-TRUST/trusts', {
        trust: { ...trust, project_id: user.projectId, roles: [{ name: 'member' }] },
      }),
      as('GET', `${own}/OS-OAUTH1/access_tokens`),
    ];
    expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual([403, 403, 403]);
    const asked = issuedToken(await consumer.ask(user.projectId));
    expect((await authorize(asked.key, [{ name: 'member' }], token)).status).toBe(403);
    expect((await as('GET', '/v3/auth/projects')).body.projects).toMatchObject([{ id: user.projectId }]);
  });

  it('loses it with the leave, with itself, and with the role', async () => {
    const route = `/v3/users/${user.userId}/OS-OAUTH1/access_tokens`;
    const live = async (token: string) => (await identity.call('GET', '/v3/auth/catalog', { token })).status;
    const access = await consumer.delegated(user);
    const first = (await consumer.login(access)).headers.get('x-subject-token') ?? '';
    expect(await live(first)).toBe(200);
    expect((await identity.call('DELETE', `${route}/${access.key}`, { token: user.token })).status).toBe(204);
    expect([await live(first), (await consumer.login(access)).status]).toEqual([401, 401]);

    const mine = consumer;
    consumer = await OAuthConsumer.register(identity);
    const other = await consumer.delegated(user);
    const second = (await consumer.login(other)).headers.get('x-subject-token') ?? '';
    expect(await live(second)).toBe(200);
    expect((await identity.admin('DELETE', `/v3/OS-OAUTH1/consumers/${consumer.key}`)).status).toBe(204);
    expect(await live(second)).toBe(401);
    consumer = mine;

    const at = `/v3/projects/${user.projectId}/users/${user.userId}/roles/${reader}`;
    await identity.admin('PUT', at);
    user = { ...user, token: await identity.login('olga', user.password, 'olga-project') };
    const reading = await consumer.delegated(user, [{ id: reader }]);
    expect((await consumer.login(reading)).body.token.roles).toMatchObject([{ id: reader }]);
    const member = `/v3/projects/${user.projectId}/users/${user.userId}/roles/${await identity.roleId('member')}`;
    for (const role of [at, member]) await identity.admin('DELETE', role);
    expect((await consumer.login(reading)).status).toBe(401);
    await identity.admin('PUT', member);
    user = { ...user, token: await identity.login('olga', user.password, 'olga-project') };
  });
});

describe('a request is refused', () => {
  it.each<[string, Signing, number]>([
    ['of an unknown consumer', { by: { key: 'a'.repeat(32), secret: 'x' } }, 401],
    ['with a wrong secret', { by: { key: '', secret: 'wrong' } }, 401],
    ['for another address', { url: 'http://elsewhere.test' }, 401],
    ['of long ago', { more: { oauth_timestamp: '1000000000' } }, 401],
    ['of no time', { more: { oauth_timestamp: 'now' } }, 401],
    ['of another version', { more: { oauth_version: '2.0' } }, 401],
    ['with the secret in the clear', { more: { oauth_signature_method: 'PLAINTEXT' } }, 401],
    ['without a nonce', { more: { oauth_nonce: '' } }, 400],
  ])('%s', async (_, signing, status) => {
    const by = signing.by?.key === '' ? { ...signing.by, key: consumer.key } : signing.by;
    const answer = await consumer.ask(user.projectId, { ...signing, ...(by ? { by } : {}) });
    expect([answer.status, answer.body.error.code]).toEqual([status, status]);
  });

  it('that comes a second time, even at once', async () => {
    const headers = consumer.signed('OS-OAUTH1/request_token');
    const answers = await Promise.all([1, 2, 3].map(() => ask(headers)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401, 401]);
  });

  it('without header, or for a project that is not there', async () => {
    expect((await ask({})).status).toBe(400);
    expect((await ask({ authorization: 'Basic x' })).status).toBe(400);
    expect((await ask(consumer.signed('OS-OAUTH1/request_token'), 'none')).status).toBe(404);
    const { authorization } = consumer.signed('OS-OAUTH1/request_token');
    const headers = { authorization };
    expect((await identity.call('POST', '/v3/OS-OAUTH1/request_token', { headers })).status).toBe(400);
    expect((await identity.authenticate({ methods: ['oauth1'] })).status).toBe(400);
  });
});

describe('an access token', () => {
  it('takes the leave of a user, the right verifier, and the consumer that asked', async () => {
    const asked = issuedToken(await consumer.ask(user.projectId));
    const more = { oauth_verifier: 'guessed' };
    const attempt = async (signing: Signing) => (await consumer.exchange(signing)).status;
    expect(await attempt({ token: asked, more })).toBe(401);
    expect((await authorize(asked.key, [{ name: 'admin' }])).status).toBe(401);
    expect((await authorize(asked.key, [])).status).toBe(400);
    expect((await authorize('none', [{ name: 'member' }])).status).toBe(404);
    const leave = await authorize(asked.key, [{ name: 'member' }, { name: 'member' }]);
    const right = { oauth_verifier: leave.body.token.oauth_verifier as string };
    expect(await attempt({ token: asked, more })).toBe(401);
    expect(await attempt({ token: asked })).toBe(400);
    expect(await attempt({ token: { ...asked, secret: 'wrong' }, more: right })).toBe(401);
    expect(await attempt({ token: asked, more: right, by: await OAuthConsumer.register(identity) })).toBe(401);
    expect(await attempt({ token: { key: 'none', secret: 'x' }, more: right })).toBe(404);
    const both = await Promise.all([1, 2].map(() => attempt({ token: asked, more: right })));
    expect(both.sort()).toEqual([201, 404]);
  });

  it('is shown to its user, without a secret, and to nobody else', async () => {
    const access = await consumer.delegated(user);
    const route = `/v3/users/${user.userId}/OS-OAUTH1/access_tokens`;
    const own = (path: string) => identity.call('GET', route + path, { token: user.token });
    const shown = (await own(`/${access.key}`)).body.access_token as object;
    expect(shown).toEqual({
      id: access.key,
      consumer_id: consumer.key,
      project_id: user.projectId,
      authorizing_user_id: user.userId,
      expires_at: expect.stringMatching(/^\d{4}-.*\.\d{6}Z$/),
      links: { self: `${identity.url}${route}/${access.key}`, roles: `${identity.url}${route}/${access.key}/roles` },
    });
    expect((await own('')).body.access_tokens).toContainEqual(shown);
    const roles = (await own(`/${access.key}/roles`)).body.roles as { id: string; name: string }[];
    expect(roles).toMatchObject([{ name: 'member' }]);
    expect((await own(`/${access.key}/roles/${roles[0]?.id ?? ''}`)).body.role).toEqual(roles[0]);
    expect((await own(`/${access.key}/roles/${reader}`)).status).toBe(404);
    expect((await own('/none')).status).toBe(404);
    const stranger = await identity.member('stranger');
    expect((await identity.call('GET', `${route}/${access.key}`, { token: stranger.token })).status).toBe(403);
    const foreign = `/v3/users/${stranger.userId}/OS-OAUTH1/access_tokens/${access.key}`;
    expect((await identity.call('DELETE', foreign, { token: stranger.token })).status).toBe(404);
  });
});
