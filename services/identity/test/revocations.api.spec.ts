import { setTimeout as sleep } from 'node:timers/promises';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertionOf, BrokerParty } from './broker-party.js';
import { type Answer, IdentityProcess } from './identity-process.js';

let identity: IdentityProcess;
let broker: BrokerParty;

beforeAll(async () => {
  identity = await IdentityProcess.start();
  broker = await BrokerParty.enrol(identity);
});
afterAll(() => identity.stop());

interface Entry {
  readonly seq: number;
  readonly audit_id?: string;
  readonly user_id?: string;
  readonly project_id?: string;
  readonly issued_before: string;
}

/** Whether an entry of the feed means this token, as docs/protocol.md says and the broker decides. */
function means(entry: Entry, token: string): boolean {
  const claims = decodeJwt<{ audit_ids: string[]; project?: { id: string } }>(token);
  if ((claims.iat ?? 0) * 1000 >= Date.parse(entry.issued_before)) return false;
  if (entry.audit_id !== undefined) return claims.audit_ids.includes(entry.audit_id);
  const { user_id = claims.sub, project_id = claims.project?.id } = entry;
  return user_id === claims.sub && project_id === claims.project?.id;
}

const works = async (token: string): Promise<boolean> =>
  (await identity.call('GET', '/v3/auth/projects', { token })).status === 200;

/** Does something while the broker waits at the feed. Returns what the feed then says. */
async function during(act: () => Promise<Answer>): Promise<Entry[]> {
  const { last } = (await broker.call('GET', '/v3/OS-OCX/revocations')).body as { last: number };
  const waiting = broker.call('GET', `/v3/OS-OCX/revocations?after=${String(last)}&wait=25`);
  const answer = await act();
  expect(answer.status).toBeLessThan(300);
  const { revocations } = (await waiting).body as { revocations: Entry[] };
  expect(revocations.map(({ seq }) => seq)).toEqual(revocations.map((_, index) => last + 1 + index));
  return revocations;
}

/** The act kills these tokens, here and in the feed, and spares those. */
async function kills(act: () => Promise<Answer>, dead: readonly string[], spared: readonly string[]): Promise<void> {
  for (const token of [...dead, ...spared]) expect(await works(token)).toBe(true);
  const entries = await during(act);
  for (const token of dead) {
    expect(await works(token)).toBe(false);
    expect(entries.some((entry) => means(entry, token))).toBe(true);
  }
  for (const token of spared) {
    expect(await works(token)).toBe(true);
    expect(entries.some((entry) => means(entry, token))).toBe(false);
  }
}

async function credentialToken(userId: string, token: string, name: string): Promise<{ id: string; token: string }> {
  const route = `/v3/users/${userId}/application_credentials`;
  const made = await identity.call('POST', route, { token, json: { application_credential: { name } } });
  const { id, secret } = made.body.application_credential as { id: string; secret: string };
  const proof = { methods: ['application_credential'], application_credential: { id, secret } };
  return { id, token: (await identity.authenticate(proof)).headers.get('x-subject-token') ?? '' };
}

describe('at once, at identity and in the feed', () => {
  it('the removal of a role ends the user’s tokens on that project alone', async () => {
    const { userId, projectId, token, password } = await identity.member('alice');
    const other = await identity.admin('POST', '/v3/projects', { project: { name: 'alice-second' } });
    const role = await identity.roleId('member');
    await identity.admin('PUT', `/v3/projects/${other.body.project.id as string}/users/${userId}/roles/${role}`);
    const elsewhere = await identity.login('alice', password, 'alice-second');
    const grant = `/v3/projects/${projectId}/users/${userId}/roles/${role}`;
    await kills(() => identity.admin('DELETE', grant), [token], [elsewhere, identity.adminToken]);
  });

  it('disabling a user ends all their tokens', async () => {
    const [victim, bystander] = [await identity.member('bob'), await identity.member('ben')];
    const unscoped = await identity.login('bob', victim.password);
    const disable = () => identity.admin('PATCH', `/v3/users/${victim.userId}`, { user: { enabled: false } });
    await kills(disable, [victim.token, unscoped], [bystander.token]);
  });

  it('disabling a project ends everybody’s tokens there', async () => {
    const [owner, guest] = [await identity.member('carol'), await identity.member('chris')];
    const role = await identity.roleId('reader');
    await identity.admin('PUT', `/v3/projects/${owner.projectId}/users/${guest.userId}/roles/${role}`);
    const visiting = await identity.login('chris', guest.password, 'carol-project');
    const disable = () => identity.admin('PATCH', `/v3/projects/${owner.projectId}`, { project: { enabled: false } });
    await kills(disable, [owner.token, visiting], [guest.token]);
  });

  it('deleting an application credential ends its tokens, and no others of its maker', async () => {
    const { userId, token } = await identity.member('dan');
    const [one, two] = [await credentialToken(userId, token, 'one'), await credentialToken(userId, token, 'two')];
    const route = `/v3/users/${userId}/application_credentials/${one.id}`;
    await kills(() => identity.call('DELETE', route, { token }), [one.token], [two.token, token]);
  });

  it('revoking the first token of a chain ends those made from it, and not the other way round', async () => {
    const { projectId, password } = await identity.member('erin');
    const first = await identity.login('erin', password);
    const rescope = async () =>
      (
        await identity.authenticate({ methods: ['token'], token: { id: first } }, { project: { id: projectId } })
      ).headers.get('x-subject-token') ?? '';
    const [second, third] = [await rescope(), await rescope()];
    const revoke = (token: string) => () =>
      identity.call('DELETE', '/v3/auth/tokens', { token, headers: { 'x-subject-token': token } });
    await kills(revoke(second), [second], [first, third]);
    await kills(revoke(first), [first, third], [identity.adminToken]);
  });
});

describe('the feed', () => {
  it('answers at once without a wait, and after the wait when nothing happens', async () => {
    const { body } = await broker.call('GET', '/v3/OS-OCX/revocations?after=0');
    expect(body.revocations.length).toBeGreaterThan(0);
    const quiet = await broker.call('GET', `/v3/OS-OCX/revocations?after=${String(body.last)}&wait=1`);
    expect(quiet.body).toEqual({ revocations: [], last: body.last });
  });

  it('is for the broker alone: it names everybody’s users and projects', async () => {
    const key = await SigningKey.generate();
    const id = `landlord-${'a'.repeat(32)}`;
    const landlord = { name: 'nosy', kind: 'compute', region: 'nosy', endpoint: 'http://nosy.test', jwk: key.jwk };
    expect((await broker.call('PUT', `/v3/OS-OCX/landlords/${id}`, landlord)).status).toBe(204);
    const authorization = `Bearer ${await assertionOf(identity, key, id)}`;
    expect((await identity.call('GET', '/v3/OS-OCX/revocations', { headers: { authorization } })).status).toBe(403);
    expect((await identity.call('GET', '/v3/OS-OCX/revocations', { token: identity.adminToken })).status).toBe(403);
    expect((await identity.call('GET', '/v3/OS-OCX/revocations')).status).toBe(401);
    expect((await broker.call('GET', '/v3/OS-OCX/revocations?after=-1')).status).toBe(400);
    expect((await broker.call('GET', '/v3/OS-OCX/revocations?wait=3600')).status).toBe(400);
  });

  it('does not keep a service from stopping', async () => {
    const second = await IdentityProcess.start();
    const party = await BrokerParty.enrol(second);
    const waiting = party.call('GET', '/v3/OS-OCX/revocations?after=0&wait=25').catch(() => undefined);
    await sleep(200);
    await second.stop();
    await waiting;
  });
});
