import { randomUUID } from 'node:crypto';
import {
  ACCESS_TOKEN_TYPE,
  ATTACHMENT_GRANT_TYPE,
  CLIENT_ASSERTION_TYPE,
  TOKEN_EXCHANGE_GRANT,
} from '@ocx/openstack-api/exchange/tokens';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AssertionOptions, assertionOf, BrokerParty } from './broker-party.js';
import { ENROLMENT_CODE, IdentityProcess } from './identity-process.js';

const HARVARD = `landlord-${'a'.repeat(32)}`;
const GRANITE = `landlord-${'b'.repeat(32)}`;
const LEASE = randomUUID();

let identity: IdentityProcess;
let party: BrokerParty;
let broker: SigningKey;
let harvard: SigningKey;
let granite: SigningKey;
let tenant: { userId: string; projectId: string; token: string };

const assertion = (key: SigningKey, clientId: string, options: AssertionOptions = {}) =>
  assertionOf(identity, key, clientId, options);

const asBroker = (method: string, route: string, json?: unknown) => party.call(method, route, json);

const landlord = (key: SigningKey, name: string, kind: 'compute' | 'storage') => ({
  name,
  kind,
  region: name,
  endpoint: `http://${name}.test`,
  jwk: key.jwk,
});

async function exchange(fields: Record<string, string>, signed?: Promise<string>) {
  return identity.call('POST', '/v3/OS-OAUTH2/token', {
    form: {
      grant_type: TOKEN_EXCHANGE_GRANT,
      client_assertion_type: CLIENT_ASSERTION_TYPE,
      client_assertion: await (signed ?? assertion(broker, 'broker')),
      ...fields,
    },
  });
}

const details = (access: object) => JSON.stringify([{ type: 'ocx:landlord', ...access }]);

const forTenant = (access: object, more: Record<string, string> = {}) =>
  exchange({
    subject_token: tenant.token,
    subject_token_type: ACCESS_TOKEN_TYPE,
    resource: HARVARD,
    authorization_details: details(access),
    ...more,
  });

beforeAll(async () => {
  identity = await IdentityProcess.start();
  [harvard, granite] = await Promise.all([SigningKey.generate(), SigningKey.generate()]);
  party = await BrokerParty.enrol(identity);
  broker = party.key;
  tenant = await identity.member('tenant');
  const one = await asBroker('PUT', `/v3/OS-OCX/landlords/${HARVARD}`, landlord(harvard, 'harvard', 'compute'));
  expect(one.status).toBe(204);
  await asBroker('PUT', `/v3/OS-OCX/landlords/${GRANITE}`, landlord(granite, 'granite', 'storage'));
});
afterAll(() => identity.stop());

describe('enrolment of the broker', () => {
  it('takes the code again with the same key, never with another', async () => {
    const again = (jwk: object, code = ENROLMENT_CODE) =>
      identity.call('POST', '/v3/OS-OCX/clients', { json: { code, client_id: 'broker', jwk } });
    expect((await again(broker.jwk)).status).toBe(204);
    expect((await again(harvard.jwk)).status).toBe(403);
    expect((await again(broker.jwk, 'a-code-nobody-gave')).status).toBe(403);
  });
});

describe('client assertions', () => {
  const feed = { grant_type: 'client_credentials', resource: HARVARD };

  it('are good once', async () => {
    const signed = assertion(broker, 'broker');
    expect((await exchange(feed, signed)).status).toBe(200);
    const again = await exchange(feed, signed);
    expect(again.status).toBe(401);
    expect(again.body.error).toBe('invalid_client');
  });

  it('are refused from another key, for another audience, for too long, or for nobody', async () => {
    const wrong = [
      assertion(harvard, 'broker'),
      assertion(broker, 'broker', { audience: 'http://elsewhere.test/v3' }),
      assertion(broker, 'broker', { audience: [`${identity.url}/v3`, 'http://elsewhere.test'] }),
      assertion(broker, 'broker', { seconds: 3600 }),
      assertion(broker, 'broker', { seconds: -60 }),
      assertion(broker, 'nobody'),
      Promise.resolve('garbage'),
    ];
    for (const signed of wrong) expect((await exchange(feed, signed)).body.error).toBe('invalid_client');
  });

  it('of a landlord mint nothing and register nobody', async () => {
    const answer = await exchange(feed, assertion(harvard, HARVARD));
    expect(answer.body.error).toBe('unauthorized_client');
    const authorization = `Bearer ${await assertion(harvard, HARVARD)}`;
    const route = `/v3/OS-OCX/landlords/${GRANITE}`;
    expect((await identity.call('DELETE', route, { headers: { authorization } })).status).toBe(403);
  });
});

describe('a landlord token', () => {
  it('is for one landlord, five minutes, the presenter’s key, and the roles without admin', async () => {
    const { status, body } = await forTenant({ actions: ['create', 'read'], lease_id: LEASE });
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'DPoP', issued_token_type: ACCESS_TOKEN_TYPE, expires_in: 300 });
    const claims = decodeJwt(body.access_token as string);
    expect(claims).toMatchObject({
      iss: `${identity.url}/v3`,
      aud: HARVARD,
      sub: tenant.userId,
      client_id: 'broker',
      act: { sub: 'broker' },
      cnf: { jkt: broker.thumbprint },
      project_id: tenant.projectId,
      roles: ['member', 'reader'],
      authorization_details: [{ type: 'ocx:landlord', actions: ['create', 'read'], lease_id: LEASE }],
    });
  });

  it('never carries admin, unless the landlord accepts it', async () => {
    const ofAdmin = () => forTenant({ actions: ['read'] }, { subject_token: identity.adminToken });
    const rolesOf = async () => decodeJwt((await ofAdmin()).body.access_token as string)['roles'];
    expect(await rolesOf()).not.toContain('admin');
    const accepting = { ...landlord(harvard, 'harvard', 'compute'), accepts_admin: true };
    await asBroker('PUT', `/v3/OS-OCX/landlords/${HARVARD}`, accepting);
    expect(await rolesOf()).toContain('admin');
    await asBroker('PUT', `/v3/OS-OCX/landlords/${HARVARD}`, landlord(harvard, 'harvard', 'compute'));
  });

  it('cannot be exchanged again, nor used at identity', async () => {
    const minted = (await forTenant({ actions: ['read'] })).body.access_token as string;
    const again = await forTenant({ actions: ['read'] }, { subject_token: minted });
    expect(again.body.error).toBe('invalid_grant');
    expect((await identity.call('GET', '/v3/auth/projects', { token: minted })).status).toBe(401);
  });

  it.each([
    ['an action that needs no tenant', { actions: ['end'], lease_id: LEASE }],
    ['the feed', { actions: ['feed'] }],
    ['a create without lease', { actions: ['create'] }],
    ['an image without the action', { actions: ['read'], image: { id: LEASE, sha512: 'a'.repeat(128), size: 1 } }],
    ['an unknown action', { actions: ['everything'] }],
    ['an unknown field', { actions: ['read'], all: true }],
  ])('is not given for %s', async (_, access) => {
    const { status, body } = await forTenant(access);
    expect(status).toBe(400);
    expect(body.error).toBe('invalid_authorization_details');
  });

  it('is not given for an unknown landlord, a dead or an unscoped token, or a malformed request', async () => {
    const read = { actions: ['read'] };
    const other = await forTenant(read, { resource: `landlord-${'c'.repeat(32)}` });
    expect(other.body.error).toBe('invalid_target');
    expect((await forTenant(read, { resource: 'http://harvard.test' })).body.error).toBe('invalid_target');
    expect((await forTenant(read, { grant_type: 'password' })).body.error).toBe('unsupported_grant_type');
    expect((await forTenant(read, { subject_token_type: 'x' })).body.error).toBe('invalid_request');
    const mallory = await identity.member('mallory');
    const unscoped = await identity.login('mallory', mallory.password);
    expect((await forTenant(read, { subject_token: unscoped })).body.error).toBe('invalid_grant');
    const headers = { 'x-subject-token': mallory.token };
    await identity.call('DELETE', '/v3/auth/tokens', { token: mallory.token, headers });
    expect((await forTenant(read, { subject_token: mallory.token })).body.error).toBe('invalid_grant');
  });
});

describe('an attachment grant', () => {
  const attachment = (jkt: string, landlordId = HARVARD) => ({
    actions: ['attach'],
    attachment: {
      id: randomUUID(),
      volume_id: randomUUID(),
      server_id: randomUUID(),
      mode: 'rw',
      connector: { landlord_id: landlordId, jkt },
    },
  });
  const grantOf = (access: object, resource = GRANITE) =>
    forTenant(access, { requested_token_type: ATTACHMENT_GRANT_TYPE, resource });

  it('is bound to the enrolled key of the compute landlord', async () => {
    const { body } = await grantOf(attachment(harvard.thumbprint));
    expect(decodeJwt(body.access_token as string)).toMatchObject({
      aud: GRANITE,
      cnf: { jkt: harvard.thumbprint },
      act: { sub: 'broker' },
    });
    const wrong = [attachment(broker.thumbprint), attachment(granite.thumbprint, GRANITE), { actions: ['attach'] }];
    for (const access of wrong) {
      expect((await grantOf(access)).body.error).toBe('invalid_authorization_details');
    }
    expect((await grantOf(attachment(harvard.thumbprint), HARVARD)).body.error).toBe('invalid_target');
  });
});

describe('feed tokens', () => {
  it('read, as the broker and for no project', async () => {
    const { body } = await exchange({ grant_type: 'client_credentials', resource: HARVARD });
    const claims = decodeJwt(body.access_token as string);
    expect(claims).toMatchObject({ sub: 'broker', authorization_details: [{ actions: ['feed'] }] });
    expect(claims['project_id']).toBeUndefined();
  });
});
