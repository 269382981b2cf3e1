import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, IdentityProcess, passwordOf } from './identity-process.js';

type Member = Awaited<ReturnType<IdentityProcess['member']>>;

const TRUSTS = '/v3/OS-TRUST/trusts';

let identity: IdentityProcess;
let ada: Member;
let bob: Member;
let eve: Member;

beforeAll(async () => {
  identity = await IdentityProcess.start();
  ada = await identity.member('ada');
  bob = await identity.member('bob');
  eve = await identity.member('eve');
});
afterAll(() => identity.stop());

const as = (token: string, method: string, route: string, json?: unknown): Promise<Answer> =>
  identity.call(method, route, { token, json });

const budgetsOf = (token: string) => decodeJwt(token)['budgets'];

const entrust = (trustor: Member, trustee: Member, fields: object = {}, token = trustor.token): Promise<Answer> =>
  as(token, 'POST', TRUSTS, {
    trust: {
      trustor_user_id: trustor.userId,
      trustee_user_id: trustee.userId,
      project_id: ada.projectId,
      impersonation: false,
      roles: [{ name: 'member' }],
      allow_redelegation: true,
      ...fields,
    },
  });

async function tokenUnder(trust: string, who: string): Promise<string> {
  const answer = await identity.authenticate(passwordOf(who, `password-of-${who}`), {
    'OS-TRUST:trust': { id: trust },
  });
  expect(answer.status, answer.text).toBe(201);
  return answer.headers.get('x-subject-token') ?? '';
}

const credentials = (who: Member) => `/v3/users/${who.userId}/application_credentials`;
const credential = (fields: object, token = ada.token): Promise<Answer> =>
  as(token, 'POST', credentials(ada), { application_credential: fields });

async function tokenOf({ body }: Answer): Promise<string> {
  const { id, secret } = body.application_credential as { id: string; secret: string };
  const login = { methods: ['application_credential'], application_credential: { id, secret } };
  return (await identity.authenticate(login)).headers.get('x-subject-token') ?? '';
}

describe('a trust with a budget', () => {
  it('shows it where it was given, and its tokens name it', async () => {
    const made = await entrust(ada, bob, { 'OS-OCX:budget': '5000000' });
    expect([made.status, made.body.trust['OS-OCX:budget']]).toEqual([201, '5000000']);
    const { id } = made.body.trust as { id: string };
    expect((await as(bob.token, 'GET', `${TRUSTS}/${id}`)).body).toEqual(made.body);
    const { trusts } = (await as(ada.token, 'GET', `${TRUSTS}?trustor_user_id=${ada.userId}`)).body;
    expect(trusts).toContainEqual(expect.objectContaining({ id, 'OS-OCX:budget': '5000000' }));
    const token = await tokenUnder(id, 'bob');
    expect(budgetsOf(token)).toEqual([{ id, limit: '5000000' }]);
    const shown = await identity.call('GET', '/v3/auth/tokens', { token, headers: { 'x-subject-token': token } });
    expect(shown.body.token['OS-OCX:budgets']).toEqual([{ id, limit: '5000000' }]);
  });

  it('without one says nothing of it, nor does any other token', async () => {
    const made = await entrust(ada, bob);
    expect(made.body.trust).not.toHaveProperty('OS-OCX:budget');
    for (const token of [await tokenUnder(made.body.trust.id as string, 'bob'), ada.token]) {
      expect(budgetsOf(token)).toBeUndefined();
      const shown = await identity.call('GET', '/v3/auth/tokens', { token, headers: { 'x-subject-token': token } });
      expect(shown.body.token).not.toHaveProperty('OS-OCX:budgets');
    }
  });

  it('passes on no more than it has, and every budget of the chain counts', async () => {
    const first = (await entrust(ada, bob, { 'OS-OCX:budget': '100' })).body.trust.id as string;
    const token = await tokenUnder(first, 'bob');
    const wider = await entrust(bob, eve, { 'OS-OCX:budget': '101' }, token);
    expect([wider.status, wider.body.error.title]).toEqual([403, 'Forbidden']);
    expect(wider.body.error.message).toContain('Requested budget is more than');
    const second = (await entrust(bob, eve, { 'OS-OCX:budget': '100' }, token)).body.trust.id as string;
    const chain = [
      { id: first, limit: '100' },
      { id: second, limit: '100' },
    ];
    expect(budgetsOf(await tokenUnder(second, 'eve'))).toEqual(chain);
    // One that names none shares what there is above it.
    const silent = await entrust(bob, eve, {}, token);
    expect(silent.body.trust).not.toHaveProperty('OS-OCX:budget');
    expect(budgetsOf(await tokenUnder(silent.body.trust.id as string, 'eve'))).toEqual(chain.slice(0, 1));
  });

  it.each([['0'], ['-5'], ['1.5'], ['05'], [''], ['1e3'], ['9'.repeat(19)], [5], [{}], [[]]])(
    'of %j is 400',
    async (budget) => {
      expect((await entrust(ada, bob, { 'OS-OCX:budget': budget })).status).toBe(400);
      expect((await credential({ name: 'bad', 'OS-OCX:budget': budget })).status).toBe(400);
    },
  );

  it('is of a project', async () => {
    const of = { project_id: null, roles: [], 'OS-OCX:budget': '5' };
    expect((await entrust(ada, bob, of)).status).toBe(400);
    expect((await entrust(ada, bob, { ...of, 'OS-OCX:budget': null })).status).toBe(201);
  });
});

describe('an application credential with a budget', () => {
  it('shows it where it was given, and its tokens name it', async () => {
    const made = await credential({ name: 'robot', 'OS-OCX:budget': '70' });
    const { id, secret: _secret, ...shown } = made.body.application_credential as { id: string; secret: string };
    expect([made.status, shown]).toMatchObject([201, { 'OS-OCX:budget': '70' }]);
    const read = (await as(ada.token, 'GET', `${credentials(ada)}/${id}`)).body.application_credential;
    expect(read).toEqual({ id, ...shown });
    expect(budgetsOf(await tokenOf(made))).toEqual([{ id, limit: '70' }]);
    const plain = await credential({ name: 'plain', 'OS-OCX:budget': null });
    expect(plain.body.application_credential).not.toHaveProperty('OS-OCX:budget');
    expect(budgetsOf(await tokenOf(plain))).toBeUndefined();
  });

  it('binds whatever is made with it, also once it is gone itself', async () => {
    const maker = await credential({ name: 'maker', unrestricted: true, 'OS-OCX:budget': '70' });
    const { id } = maker.body.application_credential as { id: string };
    const token = await tokenOf(maker);
    expect((await credential({ name: 'wide', 'OS-OCX:budget': '71' }, token)).status).toBe(403);
    const above = { id, limit: '70' };
    const silent = await credential({ name: 'silent' }, token);
    expect(budgetsOf(await tokenOf(silent))).toEqual([above]);
    const own = await credential({ name: 'own', 'OS-OCX:budget': '30' }, token);
    const chain = [above, { id: own.body.application_credential.id as string, limit: '30' }];
    expect(budgetsOf(await tokenOf(own))).toEqual(chain);
    // A trust would have another way to the same; there is none.
    expect((await entrust(ada, bob, {}, token)).status).toBe(403);
    expect((await as(ada.token, 'DELETE', `${credentials(ada)}/${id}`)).status).toBe(204);
    expect(budgetsOf(await tokenOf(silent))).toEqual([above]);
    expect((await as(token, 'GET', '/v3/auth/projects')).status).toBe(401);
  });

  it('binds the access keys that are made with it', async () => {
    const maker = await credential({ name: 'keys', unrestricted: true, 'OS-OCX:budget': '70' });
    const token = await tokenOf(maker);
    const at = `/v3/users/${ada.userId}/credentials/OS-EC2`;
    const key = await as(token, 'POST', at, { tenant_id: ada.projectId });
    expect(key.status, key.text).toBe(201);
    const stored = await as(ada.token, 'GET', '/v3/credentials?type=ec2');
    const blobs = (stored.body.credentials as { blob: string }[]).map(({ blob }) => JSON.parse(blob) as object);
    expect(blobs).toContainEqual(
      expect.objectContaining({ app_cred_id: maker.body.application_credential.id as string }),
    );
  });

  it('is not given with a role that operates, nor taken for one by default', async () => {
    const project = await identity.admin('GET', '/v3/projects?name=admin');
    const token = identity.adminToken;
    const me = decodeJwt(token).sub ?? '';
    expect(project.body.projects).toHaveLength(1);
    const make = (fields: object) =>
      as(token, 'POST', `/v3/users/${me}/application_credentials`, {
        application_credential: { 'OS-OCX:budget': '5', ...fields },
      });
    const refused = await make({ name: 'operator' });
    expect([refused.status, refused.body.error.message]).toEqual([
      403,
      'The role admin is not delegated with a budget.',
    ]);
    expect((await make({ name: 'member', roles: [{ name: 'member' }] })).status).toBe(201);
  });
});
