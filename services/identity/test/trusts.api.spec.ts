import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, IdentityProcess, passwordOf } from './identity-process.js';

type Member = Awaited<ReturnType<IdentityProcess['member']>>;

const TRUSTS = '/v3/OS-TRUST/trusts';

let identity: IdentityProcess;
let ada: Member;
let bob: Member;
let eve: Member;
let member: string;

beforeAll(async () => {
  identity = await IdentityProcess.start();
  ada = await identity.member('ada');
  bob = await identity.member('bob');
  eve = await identity.member('eve');
  member = await identity.roleId('member');
});
afterAll(() => identity.stop());

const as = (token: string, method: string, route: string, json?: unknown): Promise<Answer> =>
  identity.call(method, route, { token, json });

const entrust = (fields: object = {}, token = ada.token): Promise<Answer> =>
  as(token, 'POST', TRUSTS, {
    trust: {
      trustor_user_id: ada.userId,
      trustee_user_id: bob.userId,
      project_id: ada.projectId,
      impersonation: true,
      roles: [{ name: 'member' }],
      ...fields,
    },
  });
const trustOf = async (fields: object = {}, token?: string): Promise<string> => {
  const made = await entrust(fields, token);
  expect(made.status, made.text).toBe(201);
  return made.body.trust.id as string;
};

const under = (id: string, who = 'bob'): Promise<Answer> =>
  identity.authenticate(passwordOf(who, `password-of-${who}`), { 'OS-TRUST:trust': { id } });
const tokenUnder = async (id: string, who = 'bob'): Promise<string> => {
  const answer = await under(id, who);
  expect(answer.status, answer.text).toBe(201);
  return answer.headers.get('x-subject-token') ?? '';
};
const isAlive = async (token: string): Promise<number> => (await as(token, 'GET', '/v3/auth/projects')).status;
const idsOf = (answer: Answer): string[] => (answer.body.trusts as { id: string }[]).map(({ id }) => id);

describe('a trust', () => {
  it('is shown to both, listed without roles, and ended by the trustor', async () => {
    const made = await entrust({ expires_at: '2999-01-01T00:00:00.123456Z', remaining_uses: 5 });
    const { trust } = made.body as { trust: { id: string; roles: unknown; roles_links: unknown } };
    expect([made.status, trust]).toEqual([
      201,
      {
        id: trust.id,
        trustor_user_id: ada.userId,
        trustee_user_id: bob.userId,
        project_id: ada.projectId,
        impersonation: true,
        expires_at: '2999-01-01T00:00:00.123456Z',
        deleted_at: null,
        remaining_uses: 5,
        redelegated_trust_id: null,
        redelegation_count: 0,
        roles: [{ id: member, name: 'member', links: { self: `${identity.url}/v3/roles/${member}` } }],
        roles_links: { self: `${identity.url}${TRUSTS}/${trust.id}/roles`, previous: null, next: null },
        links: { self: `${identity.url}${TRUSTS}/${trust.id}` },
      },
    ]);
    const at = `${TRUSTS}/${trust.id}`;
    expect((await as(bob.token, 'GET', at)).body).toEqual(made.body);
    expect((await as(eve.token, 'GET', at)).status).toBe(403);
    const { roles: _roles, roles_links: _links, ...summary } = trust;
    expect((await as(ada.token, 'GET', `${TRUSTS}?trustor_user_id=${ada.userId}`)).body.trusts).toEqual([summary]);
    expect((await as(bob.token, 'DELETE', at)).status).toBe(403);
    expect((await as(ada.token, 'DELETE', at)).status).toBe(204);
    expect((await as(ada.token, 'GET', at)).status).toBe(404);
    expect((await as(ada.token, 'DELETE', at)).status).toBe(404);
  });

  it('is listed by trustor or trustee, and all of them for the operator only', async () => {
    const id = await trustOf({ trustee_user_id: eve.userId });
    expect(idsOf(await as(eve.token, 'GET', `${TRUSTS}?trustee_user_id=${eve.userId}`))).toEqual([id]);
    expect(idsOf(await as(eve.token, 'GET', `${TRUSTS}?trustor_user_id=${eve.userId}`))).toEqual([]);
    const both = `trustor_user_id=${ada.userId}&trustee_user_id=${eve.userId}`;
    expect(idsOf(await as(ada.token, 'GET', `${TRUSTS}?${both}`))).toEqual([id]);
    expect((await as(eve.token, 'GET', `${TRUSTS}?trustor_user_id=${ada.userId}`)).status).toBe(403);
    expect((await as(eve.token, 'GET', TRUSTS)).status).toBe(403);
    expect(idsOf(await identity.admin('GET', TRUSTS))).toContain(id);
  });

  it('is listed under a path that ends with a slash too', async () => {
    const headers = { 'x-auth-token': ada.token };
    const answer = await fetch(`${identity.url}${TRUSTS}/?trustor_user_id=${ada.userId}`, { headers });
    expect([answer.status, Object.keys((await answer.json()) as object)]).toEqual([200, ['trusts', 'links']]);
  });

  it('tells its roles one by one', async () => {
    const at = `${TRUSTS}/${await trustOf()}/roles`;
    expect((await as(ada.token, 'GET', at)).body.roles).toMatchObject([{ id: member, name: 'member' }]);
    expect((await as(bob.token, 'GET', `${at}/${member}`)).body.role.name).toBe('member');
    expect((await as(bob.token, 'HEAD', `${at}/${member}`)).status).toBe(200);
    const admin = await identity.roleId('admin');
    expect((await as(bob.token, 'GET', `${at}/${admin}`)).status).toBe(404);
    expect((await as(bob.token, 'HEAD', `${at}/${admin}`)).status).toBe(404);
    expect((await as(eve.token, 'GET', at)).status).toBe(403);
  });

  it.each([
    ['somebody else’s rights', { trustor_user_id: 'bob' }, 403],
    ['an unknown trustee', { trustee_user_id: 'nobody' }, 404],
    ['a role that the trustor lacks', { roles: [{ name: 'admin' }] }, 404],
    ['no role', { roles: [] }, 403],
    ['roles without a project', { project_id: null }, 403],
    ['a project that is not there', { project_id: 'nowhere' }, 404],
    ['a time that is over', { expires_at: '2001-01-01T00:00:00Z' }, 400],
    ['no time at all', { expires_at: 'bad.123Z' }, 400],
    ['no uses', { remaining_uses: 0 }, 400],
    ['a fraction of uses', { remaining_uses: 1.5 }, 400],
    ['uses and redelegation', { remaining_uses: 1, allow_redelegation: true }, 403],
    ['more depth than is allowed', { allow_redelegation: true, redelegation_count: 4 }, 403],
    ['no word about impersonation', { impersonation: undefined }, 400],
  ])('does not delegate %s', async (_, fields, status) => {
    expect((await entrust(fields)).status).toBe(status);
  });
});

describe('a token of a trust', () => {
  it('acts as the trustor when it impersonates, as the trustee otherwise', async () => {
    const id = await trustOf();
    const trust = { id, trustor_user: { id: ada.userId }, trustee_user: { id: bob.userId } };
    const roles = [{ id: member, name: 'member' }];
    expect((await under(id)).body.token).toMatchObject({
      user: { id: ada.userId },
      project: { id: ada.projectId },
      roles,
      'OS-TRUST:trust': { ...trust, impersonation: true },
    });
    const own = await trustOf({ impersonation: false });
    expect((await under(own)).body.token).toMatchObject({
      user: { id: bob.userId },
      project: { id: ada.projectId },
      roles,
      'OS-TRUST:trust': { ...trust, id: own, impersonation: false },
    });
  });

  it('is for the trustee alone', async () => {
    const id = await trustOf();
    expect((await under(id, 'eve')).status).toBe(403);
    expect((await under(id, 'ada')).status).toBe(403);
    expect((await under('unknown')).status).toBe(401);
  });

  it('gives no other token, no application credential, and no other project', async () => {
    const token = await tokenUnder(await trustOf());
    expect((await identity.authenticate({ methods: ['token'], token: { id: token } })).status).toBe(403);
    const at = `/v3/users/${ada.userId}/application_credentials`;
    expect((await as(token, 'POST', at, { application_credential: { name: 'longer' } })).status).toBe(403);
    const { projects } = (await as(token, 'GET', '/v3/auth/projects')).body as { projects: { id: string }[] };
    expect(projects.map((project) => project.id)).toEqual([ada.projectId]);
  });

  it('is given as often as was agreed, however many ask at once', async () => {
    const id = await trustOf({ remaining_uses: 2 });
    const answers = await Promise.all(Array.from({ length: 6 }, () => under(id)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2);
    expect((await under(id)).status).toBe(401);
    expect((await as(ada.token, 'GET', `${TRUSTS}/${id}`)).status).toBe(404);
  });

  it('ends with the trust’s time', async () => {
    const end = new Date(Date.now() + 2500);
    const id = await trustOf({ expires_at: end.toISOString() });
    const token = await under(id);
    expect(Date.parse(token.body.token.expires_at as string)).toBeLessThanOrEqual(end.getTime());
    await sleep(end.getTime() - Date.now() + 10);
    expect(await isAlive(token.headers.get('x-subject-token') ?? '')).toBe(401);
    expect((await under(id)).status).toBe(401);
  });

  it('dies with the trust', async () => {
    const id = await trustOf();
    const token = await tokenUnder(id);
    expect(await isAlive(token)).toBe(200);
    expect((await as(ada.token, 'DELETE', `${TRUSTS}/${id}`)).status).toBe(204);
    expect(await isAlive(token)).toBe(401);
    expect((await under(id)).status).toBe(401);
  });

  it('made by key stays under its trust', async () => {
    const id = await trustOf();
    const token = await tokenUnder(id);
    const keys = `/v3/users/${ada.userId}/credentials/OS-EC2`;
    const made = await as(token, 'POST', keys, { tenant_id: ada.projectId });
    expect(made.body.credential.trust_id).toBe(id);
    expect((await as(token, 'POST', keys, { tenant_id: bob.projectId })).status).toBe(403);
  });

  it('is dead while the trustor’s rights are, in whosever name it is', async () => {
    const [id, own] = [await trustOf(), await trustOf({ impersonation: false })];
    const tokens = [await tokenUnder(id), await tokenUnder(own)];
    const grant = `/v3/projects/${ada.projectId}/users/${ada.userId}/roles/${member}`;
    await identity.admin('DELETE', grant);
    expect(await Promise.all(tokens.map(isAlive))).toEqual([401, 401]);
    expect([(await under(id)).status, (await under(own)).status]).toEqual([403, 403]);
    await identity.admin('PUT', grant);
    expect(await isAlive(await tokenUnder(own))).toBe(200);
    ada = { ...ada, token: await identity.login('ada', ada.password, 'ada-project') };
  });

  it('is dead while either of its users is disabled', async () => {
    const token = await tokenUnder(await trustOf());
    const own = await tokenUnder(await trustOf({ impersonation: false }));
    const enable = (userId: string, enabled: boolean) =>
      identity.admin('PATCH', `/v3/users/${userId}`, { user: { enabled } });
    await enable(ada.userId, false);
    expect([await isAlive(token), await isAlive(own)]).toEqual([401, 401]);
    await enable(ada.userId, true);
    ada = { ...ada, token: await identity.login('ada', ada.password, 'ada-project') };
    const again = await tokenUnder(await trustOf());
    await enable(bob.userId, false);
    expect(await isAlive(again)).toBe(401);
    await enable(bob.userId, true);
  });
});

describe('redelegation', () => {
  const pass = (token: string, fields: object = {}): Promise<Answer> =>
    entrust({ trustee_user_id: eve.userId, ...fields }, token);

  it('goes as deep as was agreed, and ends with its beginning', async () => {
    const root = await trustOf({ allow_redelegation: true, redelegation_count: 1 });
    const token = await tokenUnder(root);
    const passed = await pass(token);
    expect(passed.body.trust).toMatchObject({ redelegated_trust_id: root, redelegation_count: 0 });
    const id = passed.body.trust.id as string;
    const last = await tokenUnder(id, 'eve');
    expect((await pass(last, { trustee_user_id: bob.userId })).status).toBe(403);
    expect((await as(ada.token, 'DELETE', `${TRUSTS}/${root}`)).status).toBe(204);
    expect(await isAlive(last)).toBe(401);
    expect((await under(id, 'eve')).status).toBe(401);
  });

  it('is never more than was delegated', async () => {
    const root = await trustOf({ allow_redelegation: true, expires_at: '2030-01-01T00:00:00Z' });
    const token = await tokenUnder(root);
    expect((await pass(token, { expires_at: '2031-01-01T00:00:00Z' })).status).toBe(403);
    expect((await pass(token, { roles: [{ name: 'reader' }] })).status).toBe(403);
    expect((await pass(token, { remaining_uses: 1 })).status).toBe(403);
    expect((await pass(token, { project_id: bob.projectId })).status).toBe(403);
    expect((await pass(token, { allow_redelegation: true, redelegation_count: 3 })).status).toBe(403);
    expect((await pass(token)).body.trust.expires_at).toBe('2030-01-01T00:00:00.000000Z');
    const own = await trustOf({ allow_redelegation: true, impersonation: false });
    const named = await tokenUnder(own);
    expect((await pass(named, { trustor_user_id: bob.userId })).status).toBe(403);
    expect((await pass(named, { trustor_user_id: bob.userId, impersonation: false })).status).toBe(201);
  });

  it('is refused where it was not allowed', async () => {
    expect((await pass(await tokenUnder(await trustOf()))).status).toBe(403);
  });
});
