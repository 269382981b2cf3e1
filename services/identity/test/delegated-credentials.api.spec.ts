import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccessKey, versionFour } from './access-keys.js';
import { type Answer, IdentityProcess } from './identity-process.js';
import { OAuthConsumer } from './oauth-consumer.js';

type Member = Awaited<ReturnType<IdentityProcess['member']>>;

let identity: IdentityProcess;
let ada: Member;
let otherProject: string;

beforeAll(async () => {
  identity = await IdentityProcess.start();
  ada = await identity.member('ada');
  otherProject = (await identity.admin('POST', '/v3/projects', { project: { name: 'other' } })).body.project
    .id as string;
  await grant(otherProject, 'member');
  await grant(ada.projectId, 'manager');
  ada = { ...ada, token: await identity.login('ada', ada.password, 'ada-project') };
});
afterAll(() => identity.stop());

async function grant(projectId: string, role: string): Promise<void> {
  await identity.admin('PUT', `/v3/projects/${projectId}/users/${ada.userId}/roles/${await identity.roleId(role)}`);
}
const as = (token: string, method: string, route: string, json?: unknown): Promise<Answer> =>
  identity.call(method, route, { token, json });
const tokenOf = (answer: Answer): string => {
  expect(answer.status, answer.text).toBe(201);
  return answer.headers.get('x-subject-token') ?? '';
};
const keys = (): string => `/v3/users/${ada.userId}/credentials/OS-EC2`;
const store = (token: string, access: string, project_id: string, more: object = {}): Promise<Answer> =>
  as(token, 'POST', '/v3/credentials', {
    credential: { type: 'ec2', project_id, blob: JSON.stringify({ access, secret: 'secret', ...more }) },
  });
const used = (key: AccessKey): Promise<Answer> =>
  identity.admin('POST', '/v3/ec2tokens', { credentials: versionFour(key) });

async function applicationCredential(unrestricted: boolean, roles = ['member']) {
  const application_credential = {
    name: `program ${String(Math.random())}`,
    unrestricted,
    roles: roles.map((name) => ({ name })),
  };
  const at = `/v3/users/${ada.userId}/application_credentials`;
  const { id, secret } = (await as(ada.token, 'POST', at, { application_credential })).body.application_credential as {
    id: string;
    secret: string;
  };
  const proof = { methods: ['application_credential'], application_credential: { id, secret } };
  return { at: `${at}/${id}`, limit: { app_cred_id: id }, token: tokenOf(await identity.authenticate(proof)) };
}

async function trust() {
  const json = {
    trust: {
      trustor_user_id: ada.userId,
      trustee_user_id: ada.userId,
      project_id: ada.projectId,
      impersonation: true,
      roles: [{ name: 'member' }],
    },
  };
  const { id } = (await as(ada.token, 'POST', '/v3/OS-TRUST/trusts', json)).body.trust as { id: string };
  const proof = { methods: ['password'], password: { user: { id: ada.userId, password: ada.password } } };
  const token = tokenOf(await identity.authenticate(proof, { 'OS-TRUST:trust': { id } }));
  return { at: `/v3/OS-TRUST/trusts/${id}`, limit: { trust_id: id }, token };
}

async function oauth() {
  const consumer = await OAuthConsumer.register(identity);
  const access = await consumer.delegated(ada);
  const token = tokenOf(await consumer.login(access));
  const at = `/v3/users/${ada.userId}/OS-OAUTH1/access_tokens/${access.key}`;
  return { at, limit: { access_token_id: access.key }, token };
}

const DELEGATIONS = [
  ['an application credential', () => applicationCredential(true)],
  ['a trust', trust],
  ['an OAuth consumer', oauth],
] as const;

describe.each(DELEGATIONS)('a key made with the token of %s', (name, delegate) => {
  const storedAs = `stored-by-${name.replaceAll(' ', '-')}`;
  let delegated: { at: string; limit: object; token: string };
  let made: AccessKey;
  let stored: { id: string; blob: string };
  beforeAll(async () => {
    delegated = await delegate();
    made = (await as(delegated.token, 'POST', keys(), { tenant_id: ada.projectId })).body.credential as AccessKey;
    const answer = await store(delegated.token, storedAs, ada.projectId);
    expect(answer.status, answer.text).toBe(201);
    stored = answer.body.credential as { id: string; blob: string };
  });

  it('carries its limits, and gives no more than they do', async () => {
    expect(JSON.parse(stored.blob)).toEqual({ access: storedAs, secret: 'secret', ...delegated.limit });
    for (const key of [made, JSON.parse(stored.blob) as AccessKey]) {
      const { status, body } = await used(key);
      expect([status, body.token.project.id]).toEqual([200, ada.projectId]);
      expect((body.token.roles as { name: string }[]).map((role) => role.name)).not.toContain('manager');
    }
  });

  it('keeps them, whoever writes it', async () => {
    const at = `/v3/credentials/${stored.id}`;
    const key = { access: 'a', secret: 'b' };
    const changes = [
      { blob: JSON.stringify(key) },
      { blob: JSON.stringify({ ...key, ...delegated.limit, app_cred_id: 'other', trust_id: 'other' }) },
      { type: 'cert' },
      { type: 'cert', blob: JSON.stringify(key) },
      { project_id: otherProject },
    ];
    for (const credential of changes) {
      const answers = [
        await identity.admin('PATCH', at, { credential }),
        await as(ada.token, 'PATCH', at, { credential }),
      ];
      expect(
        answers.map(({ status }) => status),
        JSON.stringify(credential),
      ).toEqual([400, 400]);
    }
    const own = { blob: JSON.stringify({ ...JSON.parse(stored.blob), note: 'mine' }) };
    expect((await as(delegated.token, 'PATCH', at, { credential: own })).status).toBe(200);
    const stranger = await identity.admin('PATCH', at, { credential: { user_id: await adminId() } });
    expect(stranger.status).toBe(400);
  });

  it('is for its own project, and for nothing that the blob says', async () => {
    expect((await as(delegated.token, 'POST', keys(), { tenant_id: otherProject })).status).toBe(403);
    expect((await store(delegated.token, `elsewhere ${name}`, otherProject)).status).toBe(403);
    const forged = await store(delegated.token, `forged ${name}`, ada.projectId, delegated.limit);
    expect(forged.status).toBe(400);
  });

  it('is all that the token knows of keys', async () => {
    const own = (await as(ada.token, 'POST', keys(), { tenant_id: ada.projectId })).body.credential as AccessKey;
    const credential = { type: 'totp', blob: 'GEZDGNBVGY3TQOJQ', project_id: ada.projectId };
    const factor = (await as(ada.token, 'POST', '/v3/credentials', { credential })).body.credential as { id: string };
    const note = { type: 'note', blob: 'x', project_id: ada.projectId };
    const noteId = (await as(ada.token, 'POST', '/v3/credentials', { credential: note })).body.credential.id as string;
    const listed = (await as(delegated.token, 'GET', keys())).body.credentials as AccessKey[];
    expect(listed.map(({ access }) => access).sort()).toEqual([made.access, storedAs].sort());
    for (const method of ['GET', 'DELETE']) {
      expect((await as(delegated.token, method, `${keys()}/${own.access}`)).status).toBe(403);
      expect((await as(delegated.token, method, `/v3/credentials/${factor.id}`)).status).toBe(403);
    }
    const blob = { blob: JSON.stringify({ access: own.access, secret: 'known' }) };
    const all = (await as(ada.token, 'GET', '/v3/credentials?type=ec2')).body.credentials as {
      id: string;
      blob: string;
    }[];
    const ownId = all.find((one) => one.blob.includes(own.access))?.id ?? '';
    expect((await as(delegated.token, 'PATCH', `/v3/credentials/${ownId}`, { credential: blob })).status).toBe(403);
    expect((await as(delegated.token, 'POST', '/v3/credentials', { credential })).status).toBe(403);
    const known = (await as(delegated.token, 'GET', '/v3/credentials')).body.credentials as { id: string }[];
    expect(known).toHaveLength(3);
    expect(known.map(({ id }) => id)).toContain(noteId);
    for (const id of [noteId, factor.id, ownId]) await as(ada.token, 'DELETE', `/v3/credentials/${id}`);
  });

  it('is worth nothing once that is over', async () => {
    expect((await as(ada.token, 'DELETE', delegated.at)).status).toBe(204);
    expect((await used(made)).status).toBe(401);
    expect((await used(JSON.parse(stored.blob) as AccessKey)).status).toBe(401);
  });
});

const adminId = async (): Promise<string> =>
  (await identity.admin('GET', '/v3/users?name=admin')).body.users[0].id as string;

describe('an access key', () => {
  it('is for a project on which its user has a role, unless the operator makes it', async () => {
    const { projectId } = await identity.member('bob');
    expect((await as(ada.token, 'POST', keys(), { tenant_id: projectId })).status).toBe(403);
    expect((await store(ada.token, 'of-no-right', projectId)).status).toBe(403);
    const own = await store(ada.token, 'of-right', otherProject);
    expect(own.status, own.text).toBe(201);
    const at = `/v3/credentials/${own.body.credential.id as string}`;
    expect((await as(ada.token, 'PATCH', at, { credential: { project_id: projectId } })).status).toBe(403);
    expect((await identity.admin('PATCH', at, { credential: { project_id: projectId } })).status).toBe(200);
    // What it is good for is decided when it is used.
    expect((await used({ access: 'of-right', secret: 'secret' })).status).toBe(401);
    expect((await identity.admin('POST', keys(), { tenant_id: projectId })).status).toBe(201);
  });

  it('is nothing that a restricted application credential makes or takes away', async () => {
    const own = (await as(ada.token, 'POST', keys(), { tenant_id: ada.projectId })).body.credential as AccessKey;
    const { token } = await applicationCredential(false);
    expect((await as(token, 'POST', keys(), { tenant_id: ada.projectId })).status).toBe(403);
    expect((await store(token, 'restricted', ada.projectId)).status).toBe(403);
    expect((await as(token, 'DELETE', `${keys()}/${own.access}`)).status).toBe(403);
  });

  it('is nothing that a reader makes or takes away', async () => {
    const own = (await as(ada.token, 'POST', keys(), { tenant_id: ada.projectId })).body.credential as AccessKey;
    const { token } = await applicationCredential(true, ['reader']);
    const statuses = [
      await as(token, 'POST', keys(), { tenant_id: ada.projectId }),
      await as(token, 'DELETE', `${keys()}/${own.access}`),
      await as(ada.token, 'DELETE', `${keys()}/${own.access}`),
    ].map(({ status }) => status);
    expect(statuses).toEqual([403, 403, 204]);
  });
});

describe('a delegated token', () => {
  it('of an application credential, restricted or not, has nothing to do with trusts', async () => {
    const { at, limit } = await trust();
    for (const { token } of [await applicationCredential(true), await applicationCredential(false)]) {
      const answers = [
        await as(token, 'GET', `/v3/OS-TRUST/trusts?trustor_user_id=${ada.userId}`),
        await as(token, 'GET', at),
        await as(token, 'GET', `${at}/roles`),
        await as(token, 'DELETE', at),
        await as(token, 'POST', '/v3/OS-TRUST/trusts', {
          trust: { trustor_user_id: ada.userId, trustee_user_id: ada.userId, impersonation: true },
        }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    }
    expect((await as(ada.token, 'GET', at)).body.trust.id).toBe(limit.trust_id);
  });

  it.each([DELEGATIONS[1], DELEGATIONS[2]])(
    'of %s has nothing to do with application credentials',
    async (_, delegate) => {
      const { at } = await applicationCredential(true);
      const { token } = await delegate();
      const own = `/v3/users/${ada.userId}`;
      const answers = [
        await as(token, 'GET', `${own}/application_credentials`),
        await as(token, 'GET', at),
        await as(token, 'DELETE', at),
        await as(token, 'POST', `${own}/application_credentials`, { application_credential: { name: 'more' } }),
        await as(token, 'GET', `${own}/access_rules`),
      ];
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
      expect((await as(ada.token, 'GET', at)).status).toBe(200);
    },
  );
});
