import { randomUUID } from 'node:crypto';
import { REVOKED_TOKENS_TYP, RevokedTokens } from '@ocx/openstack-api/exchange/revoked-tokens';
import { ATTACHMENT_GRANT_TYPE, LEASE_GRANT_TYPE } from '@ocx/openstack-api/exchange/tokens';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExchangeParties, GRANITE, HARVARD } from './exchange-parties.js';
import { type Answer, IdentityProcess, passwordOf } from './identity-process.js';

const ROUTE = '/v3/OS-OCX/revoked-tokens';

let identity: IdentityProcess;
let parties: ExchangeParties;

beforeAll(async () => {
  identity = await IdentityProcess.start();
  parties = await ExchangeParties.enrol(identity);
});
afterAll(() => identity.stop());

const exchanged: ExchangeParties['exchanged'] = (...given) => parties.exchanged(...given);
const reading = (token: string, landlord = HARVARD) => exchanged(token, landlord, { actions: ['read'] });
const asLandlord = (id: string, query = '') => parties.asLandlord(id, `${ROUTE}${query}`);

/** The list as the landlord reads it: verified with the published keys. */
async function listFor(id: string, query = ''): Promise<RevokedTokens> {
  const { body } = await asLandlord(id, query);
  const published = createRemoteJWKSet(new URL(`${identity.url}/.well-known/jwks.json`));
  const options = { algorithms: ['ES256'], typ: REVOKED_TOKENS_TYP, issuer: `${identity.url}/v3`, audience: id };
  return RevokedTokens.parse((await jwtVerify(body.list as string, published, options)).payload);
}

const idOf = (token: string): string => decodeJwt(token).jti ?? '';

async function ends(act: () => Promise<Answer>, dead: readonly string[], spared: readonly string[]): Promise<void> {
  expect((await act()).status).toBeLessThan(300);
  const { revoked } = await listFor(HARVARD);
  const listed = revoked.map(({ jti }) => jti);
  expect(listed).toEqual(expect.arrayContaining(dead.map(idOf)));
  for (const token of spared) expect(listed).not.toContain(idOf(token));
}

describe('a landlord is told', () => {
  it('which of its tokens died with the login they came from, and when they expire', async () => {
    const { token, password } = await identity.member('alice');
    const other = await identity.login('alice', password, 'alice-project');
    const [dead, spared] = [await reading(token), await reading(other)];
    const revoke = () => identity.call('DELETE', '/v3/auth/tokens', { token, headers: { 'x-subject-token': token } });
    await ends(revoke, [dead], [spared]);
    const entry = (await listFor(HARVARD)).revoked.find(({ jti }) => jti === idOf(dead));
    expect(entry?.exp).toBe(decodeJwt(dead).exp);
  });

  it('of a role taken away, of a disabled user and of a disabled project', async () => {
    const [bob, carol, dan] = [
      await identity.member('bob'),
      await identity.member('carol'),
      await identity.member('dan'),
    ];
    const [one, two, three] = [await reading(bob.token), await reading(carol.token), await reading(dan.token)];
    const grant = `/v3/projects/${bob.projectId}/users/${bob.userId}/roles/${await identity.roleId('member')}`;
    await ends(() => identity.admin('DELETE', grant), [one], [two, three]);
    const user = { user: { enabled: false } };
    await ends(() => identity.admin('PATCH', `/v3/users/${carol.userId}`, user), [one, two], [three]);
    const project = { project: { enabled: false } };
    await ends(() => identity.admin('PATCH', `/v3/projects/${dan.projectId}`, project), [one, two, three], []);
  });

  it('of what was done under a trust, as long as its trustor has no rights', async () => {
    const [ida, jon] = [await identity.member('ida'), await identity.member('jon')];
    const made = await identity.call('POST', '/v3/OS-TRUST/trusts', {
      token: ida.token,
      json: {
        trust: {
          trustor_user_id: ida.userId,
          trustee_user_id: jon.userId,
          project_id: ida.projectId,
          impersonation: false,
          roles: [{ name: 'member' }],
        },
      },
    });
    const { id } = made.body.trust as { id: string };
    const under = async () => {
      const answer = await identity.authenticate(passwordOf('jon', jon.password), { 'OS-TRUST:trust': { id } });
      return reading(answer.headers.get('x-subject-token') ?? '');
    };
    const dead = await under();
    const grant = `/v3/projects/${ida.projectId}/users/${ida.userId}/roles/${await identity.roleId('member')}`;
    await ends(() => identity.admin('DELETE', grant), [dead], []);
    await identity.admin('PUT', grant);
    const fresh = await under();
    expect((await listFor(HARVARD)).revoked.map(({ jti }) => jti)).not.toContain(idOf(fresh));
  });

  it('nothing of another landlord’s tokens', async () => {
    const { token, userId } = await identity.member('erin');
    const [here, there] = [await reading(token), await reading(token, GRANITE)];
    await ends(() => identity.admin('PATCH', `/v3/users/${userId}`, { user: { enabled: false } }), [here], [there]);
    expect((await listFor(GRANITE)).revoked.map(({ jti }) => jti)).toEqual([idOf(there)]);
  });

  it('nothing of what lasts longer than a login: work on a lease, and an attachment', async () => {
    const { token, userId } = await identity.member('frank');
    const lease = { actions: ['end'], lease_id: randomUUID() };
    const grant = await parties.leaseGrant(token, HARVARD, lease);
    const ofLease = await exchanged(grant, HARVARD, lease, { subject_token_type: LEASE_GRANT_TYPE });
    const connector = { landlord_id: HARVARD, jkt: parties.keyOf(HARVARD).thumbprint };
    const [id, volume_id, server_id] = [randomUUID(), randomUUID(), randomUUID()];
    const attach = { actions: ['attach'], attachment: { id, volume_id, server_id, mode: 'rw', connector } };
    const attachment = await exchanged(token, GRANITE, attach, { requested_token_type: ATTACHMENT_GRANT_TYPE });
    const dead = await reading(token);
    const disable = () => identity.admin('PATCH', `/v3/users/${userId}`, { user: { enabled: false } });
    await ends(disable, [dead], [ofLease]);
    expect((await listFor(GRANITE)).revoked.map(({ jti }) => jti)).not.toContain(idOf(attachment));
  });

  it('as soon as it happens, while it waits', async () => {
    const { token } = await identity.member('grace');
    const dead = await reading(token);
    const { seq } = await listFor(HARVARD);
    const waiting = listFor(HARVARD, `?after=${String(seq)}&wait=25`);
    await identity.call('DELETE', '/v3/auth/tokens', { token, headers: { 'x-subject-token': token } });
    const told = await waiting;
    expect(told.seq).toBeGreaterThan(seq);
    expect(told.revoked.map(({ jti }) => jti)).toContain(idOf(dead));
  });
});

describe('the list', () => {
  it('is for landlords alone', async () => {
    const { token } = await identity.member('harry');
    expect((await identity.call('GET', ROUTE)).status).toBe(401);
    expect((await identity.call('GET', ROUTE, { token })).status).toBe(403);
    expect((await identity.admin('GET', ROUTE)).status).toBe(403);
    expect((await parties.broker.call('GET', ROUTE)).status).toBe(403);
  });

  it('refuses numbers that are none', async () => {
    for (const query of ['?after=-1', '?wait=26', '?after=x'])
      expect((await asLandlord(HARVARD, query)).status).toBe(400);
  });
});
