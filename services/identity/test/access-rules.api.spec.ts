import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Answer, IdentityProcess } from './identity-process.js';

let identity: IdentityProcess;
let ada: Awaited<ReturnType<IdentityProcess['member']>>;
let bob: Awaited<ReturnType<IdentityProcess['member']>>;

beforeAll(async () => {
  identity = await IdentityProcess.start();
  ada = await identity.member('ada');
  bob = await identity.member('bob');
});
afterAll(() => identity.stop());

const as = (who: { token: string }, method: string, route: string, json?: unknown): Promise<Answer> =>
  identity.call(method, route, { token: who.token, json });
const rulesOf = (who: { userId: string }): string => `/v3/users/${who.userId}/access_rules`;
const rule = { service: 'compute', method: 'GET', path: '/v2.1/servers/*/ips' };

async function delegate(who: { userId: string; token: string }, name: string): Promise<{ at: string; ruleId: string }> {
  const route = `/v3/users/${who.userId}/application_credentials`;
  const made = await as(who, 'POST', route, { application_credential: { name, access_rules: [rule] } });
  const { id, access_rules } = made.body.application_credential as { id: string; access_rules: { id: string }[] };
  return { at: `${route}/${id}`, ruleId: access_rules[0]?.id ?? '' };
}

it('a rule outlives its credential, and ends only when none uses it', async () => {
  const [first, second] = [await delegate(ada, 'first'), await delegate(ada, 'second')];
  expect(second.ruleId).toBe(first.ruleId);
  const at = `${rulesOf(ada)}/${first.ruleId}`;
  const shown = { ...rule, id: first.ruleId, links: { self: identity.url + at } };
  expect((await as(ada, 'GET', at)).body).toEqual({ access_rule: shown });
  expect((await as(ada, 'GET', rulesOf(ada))).body.access_rules).toEqual([shown]);
  expect((await as(ada, 'DELETE', at)).status).toBe(403);
  await as(ada, 'DELETE', first.at);
  expect((await as(ada, 'DELETE', at)).status).toBe(403);
  await as(ada, 'DELETE', second.at);
  expect((await as(ada, 'GET', at)).status).toBe(200);
  expect((await as(ada, 'DELETE', at)).status).toBe(204);
  expect((await as(ada, 'GET', at)).status).toBe(404);
  expect((await as(ada, 'DELETE', at)).status).toBe(404);
});

it('a rule is its user’s alone', async () => {
  const { ruleId } = await delegate(ada, 'third');
  expect((await as(bob, 'GET', `${rulesOf(ada)}/${ruleId}`)).status).toBe(403);
  expect((await as(bob, 'DELETE', `${rulesOf(ada)}/${ruleId}`)).status).toBe(403);
  expect((await as(bob, 'GET', `${rulesOf(bob)}/${ruleId}`)).status).toBe(404);
  expect((await identity.admin('GET', `${rulesOf(ada)}/${ruleId}`)).status).toBe(200);
});

it('a user ends with rules that are in use', async () => {
  await delegate(bob, 'robot');
  expect((await identity.admin('DELETE', `/v3/users/${bob.userId}`)).status).toBe(204);
});

it('a credential shows its end as it was given, to the microsecond', async () => {
  const route = `/v3/users/${ada.userId}/application_credentials`;
  const expires_at = '2999-12-31T23:59:59.000070';
  const made = await as(ada, 'POST', route, { application_credential: { name: 'brief', expires_at } });
  expect(made.body.application_credential.expires_at).toBe(expires_at);
  const { id } = made.body.application_credential as { id: string };
  expect((await as(ada, 'GET', `${route}/${id}`)).body.application_credential.expires_at).toBe(expires_at);
});

it('a credential takes a role that its maker was given after the token', async () => {
  const { role } = (await identity.admin('POST', '/v3/roles', { role: { name: 'late' } })).body as {
    role: { id: string };
  };
  await identity.admin('PUT', `/v3/projects/${ada.projectId}/users/${ada.userId}/roles/${role.id}`);
  const made = await as(ada, 'POST', `/v3/users/${ada.userId}/application_credentials`, {
    application_credential: { name: 'late', roles: [{ id: role.id }] },
  });
  expect([made.status, made.body.application_credential.roles]).toMatchObject([201, [{ id: role.id }]]);
});
