import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HomeOrganisation } from './home-organisation.js';
import { IdentityProcess } from './identity-process.js';
import { UNIVERSITY } from './university.js';

let identity: IdentityProcess;
let home: HomeOrganisation;

beforeAll(async () => {
  identity = await IdentityProcess.start();
  const rules = [{ local: [{ user: { name: '{0}' } }], remote: [{ type: 'REMOTE_USER' }] }];
  home = await HomeOrganisation.register(identity, UNIVERSITY, () => rules);
});
afterAll(() => identity.stop());

describe('what a mapping gives', () => {
  const remote = [{ type: 'REMOTE_USER' }, { type: 'affiliation' }];
  const map = (local: object[], schemaVersion?: string) => home.map([{ local, remote }], schemaVersion);

  it('is every group of a list that is known here, and nothing for the others', async () => {
    const group = { name: 'staff', domain_id: home.domainId };
    const { id } = (await identity.admin('POST', '/v3/groups', { group })).body.group as { id: string };
    await map([{ user: { name: '{0}' } }, { groups: '{1}', domain: { name: 'Domain of university' } }]);
    const answer = await home.login({ name: 'gil' });
    expect(answer.status).toBe(201);
    expect(answer.body.token.user['OS-FEDERATION'].groups).toEqual([{ id }]);
  });

  it('is a project in a domain by name, with schema version 2.0, but only in the provider’s', async () => {
    const projects = (name: string) => [{ name: 'named', roles: [{ name: 'member' }], domain: { name } }];
    await map([{ user: { name: '{0}' }, projects: projects('Domain of university') }], '2.0');
    expect((await home.login({ name: 'hal' })).status).toBe(201);
    const { body } = await identity.admin('GET', '/v3/projects?name=named');
    expect(body.projects).toMatchObject([{ domain_id: home.domainId }]);
    await map([{ user: { name: '{0}' }, projects: projects('Default') }], '2.0');
    expect((await home.login({ name: 'hal' })).status).toBe(403);
  });

  it('is a user who was there before, of the provider’s domain and no operator', async () => {
    const make = async (name: string, domain_id: string) =>
      (await identity.admin('POST', '/v3/users', { user: { name, domain_id } })).body.user.id as string;
    const known = await make('ivy', home.domainId);
    await map([{ user: { name: '{0}', type: 'local' } }]);
    const answer = await home.login({ name: 'ivy' });
    expect(answer.status).toBe(201);
    expect(answer.body.token.user.id).toBe(known);
    expect(answer.body.token.user['OS-FEDERATION']).toBeUndefined();
    expect(answer.body.token.methods).toEqual(['saml2']);
    expect((await home.login({ name: 'nobody' })).status).toBe(401);

    const options = { multi_factor_auth_enabled: true, multi_factor_auth_rules: [['saml2', 'totp']] };
    await identity.admin('PATCH', `/v3/users/${known}`, { user: { options } });
    expect((await home.login({ name: 'ivy' })).status).toBe(401);

    const elsewhere = await make('jan', 'default');
    await map([{ user: { id: '{0}', type: 'local' } }]);
    expect((await home.login({ name: elsewhere })).status).toBe(403);

    const operator = await make('kim', home.domainId);
    expect((await home.login({ name: operator })).status).toBe(201);
    const admin = await identity.roleId('admin');
    await identity.admin('PUT', `/v3/system/users/${operator}/roles/${admin}`);
    const refused = await home.login({ name: operator });
    expect(refused.status).toBe(403);
    expect(refused.body.error.message).toBe('A mapping does not make operators.');
  });

  it('is nothing when the assertion is not of a remote id of the provider, or the provider is disabled', async () => {
    await map([{ user: { name: '{0}' } }]);
    const change = (fields: object) => identity.admin('PATCH', home.provider, { identity_provider: fields });
    await change({ remote_ids: ['http://elsewhere.test/saml'] });
    expect((await home.login()).status).toBe(403);
    await change({ remote_ids: ['http://elsewhere.test/saml', UNIVERSITY.entityId] });
    expect((await home.login()).status).toBe(201);
    const protocol = (remote_id_attribute: string | null) =>
      identity.admin('PATCH', `${home.provider}/protocols/saml2`, { protocol: { remote_id_attribute } });
    await protocol('mail');
    expect((await home.login()).status).toBe(403);
    await protocol('missing');
    expect((await home.login()).status).toBe(401);
    await protocol(null);
    await change({ enabled: false });
    const refused = await identity.call('GET', home.beginning);
    expect(refused.body.error).toMatchObject({ code: 403, message: 'Identity Provider university is disabled' });
    await change({ enabled: true });
  });
});
