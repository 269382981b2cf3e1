import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IdentityProcess } from './identity-process.js';

let identity: IdentityProcess;

beforeAll(async () => {
  identity = await IdentityProcess.start();
});
afterAll(() => identity.stop());

describe('service providers', () => {
  const route = '/v3/OS-FEDERATION/service_providers/peer';
  const urls = { auth_url: 'https://peer.test/v3/auth', sp_url: 'https://peer.test/Shibboleth.sso/SAML2/ECP' };

  it('are kept as Keystone shows them', async () => {
    const made = await identity.admin('PUT', route, { service_provider: { ...urls, enabled: true } });
    expect(made.status).toBe(201);
    expect(made.body.service_provider).toEqual({
      id: 'peer',
      ...urls,
      description: null,
      enabled: true,
      relay_state_prefix: 'ss:mem:',
      links: { self: `${identity.url}${route}` },
    });
    expect((await identity.admin('PUT', route, { service_provider: urls })).status).toBe(409);
    const changed = await identity.admin('PATCH', route, {
      service_provider: { description: 'a peer', enabled: false },
    });
    expect(changed.body.service_provider).toMatchObject({ ...urls, description: 'a peer', enabled: false });
    expect((await identity.admin('GET', route)).body).toEqual(changed.body);
    const listed = async (query: string) =>
      (await identity.admin('GET', `/v3/OS-FEDERATION/service_providers${query}`)).body.service_providers as unknown[];
    expect(await listed('')).toHaveLength(1);
    expect(await listed('?enabled=true')).toHaveLength(0);
    expect((await identity.admin('DELETE', route)).status).toBe(204);
    expect((await identity.admin('GET', route)).body.error.code).toBe(404);
    expect((await identity.admin('PATCH', route, { service_provider: { enabled: true } })).status).toBe(404);
    expect((await identity.admin('PATCH', route, { service_provider: {} })).status).toBe(400);
  });

  it('stand in every token while they are enabled', async () => {
    const named = async () => {
      const login = { methods: ['token'], token: { id: identity.adminToken } };
      const issued = await identity.authenticate(login, { unscoped: {} });
      const headers = { 'x-subject-token': identity.adminToken };
      const validated = await identity.call('GET', '/v3/auth/tokens', { token: identity.adminToken, headers });
      expect(validated.body.token.service_providers).toEqual(issued.body.token.service_providers);
      return issued.body.token.service_providers as unknown;
    };
    expect(await named()).toBeUndefined();
    await identity.admin('PUT', route, { service_provider: { ...urls, enabled: true } });
    expect(await named()).toEqual([{ id: 'peer', ...urls }]);
    await identity.admin('PATCH', route, { service_provider: { enabled: false } });
    expect(await named()).toBeUndefined();
    await identity.admin('DELETE', route);
  });

  it('have addresses of the web', async () => {
    for (const auth_url of ['javascript:alert(1)', 'file:///etc/passwd', 'peer', '']) {
      expect((await identity.admin('PUT', route, { service_provider: { ...urls, auth_url } })).status).toBe(400);
    }
    expect((await identity.admin('PUT', route, { service_provider: { sp_url: urls.sp_url } })).status).toBe(400);
    expect((await identity.admin('GET', route)).status).toBe(404);
  });
});

describe('identity providers', () => {
  const route = (id: string) => `/v3/OS-FEDERATION/identity_providers/${id}`;
  const put = (id: string, fields: object) => identity.admin('PUT', route(id), { identity_provider: fields });
  const patch = (id: string, fields: object) => identity.admin('PATCH', route(id), { identity_provider: fields });
  const idsOf = async (query: string) => {
    const { body } = await identity.admin('GET', `/v3/OS-FEDERATION/identity_providers${query}`);
    return (body.identity_providers as { id: string }[]).map(({ id }) => id);
  };

  it('are kept as Keystone shows them, each in a domain', async () => {
    const made = await put('alpha', { remote_ids: ['urn:a', 'urn:b'], description: 'A', authorization_ttl: 5 });
    expect(made.status).toBe(201);
    const { domain_id } = made.body.identity_provider as { domain_id: string };
    expect(made.body.identity_provider).toEqual({
      id: 'alpha',
      description: 'A',
      enabled: false,
      domain_id,
      remote_ids: ['urn:a', 'urn:b'],
      authorization_ttl: 5,
      links: { self: identity.url + route('alpha'), protocols: `${identity.url}${route('alpha')}/protocols` },
    });
    const { domain } = (await identity.admin('GET', `/v3/domains/${domain_id}`)).body as { domain: object };
    expect(domain).toMatchObject({ name: domain_id, description: expect.stringContaining('alpha') as string });
    expect((await put('beta', { domain_id, enabled: true })).body.identity_provider).toMatchObject({ domain_id });
    expect(await idsOf('')).toEqual(['alpha', 'beta']);
    expect(await idsOf('?enabled=true')).toEqual(['beta']);
    expect(await idsOf('?id=alpha')).toEqual(['alpha']);
    const changed = await patch('alpha', { enabled: true, remote_ids: ['urn:c'], description: null });
    expect(changed.body.identity_provider).toMatchObject({ enabled: true, remote_ids: ['urn:c'], description: null });
    expect((await identity.admin('GET', route('alpha'))).body).toEqual(changed.body);
    expect((await identity.admin('DELETE', route('beta'))).status).toBe(204);
    const gone = await identity.admin('GET', route('beta'));
    expect(gone.body.error).toMatchObject({ code: 404, message: 'Could not find Identity Provider: beta.' });
  });

  it('refuse what Keystone refuses', async () => {
    expect((await put('alpha', {})).status).toBe(409);
    expect((await put('gamma', { remote_ids: ['urn:c'] })).body.error.message).toContain('remote ID');
    expect((await put('gamma', { remote_ids: ['urn:x', 'urn:x'] })).status).toBe(400);
    expect((await put('gamma', { domain_id: 'nowhere' })).status).toBe(404);
    expect((await put('gamma', { authorization_ttl: -1 })).status).toBe(400);
    expect((await put('gamma', { color: 'red' })).status).toBe(400);
    expect((await patch('alpha', {})).status).toBe(400);
    expect((await patch('alpha', { domain_id: 'default' })).status).toBe(400);
    expect((await patch('nobody', { enabled: true })).status).toBe(404);
    expect((await identity.admin('DELETE', route('nobody'))).status).toBe(404);
    // What was refused left no domain behind.
    const { domains } = (await identity.admin('GET', '/v3/domains')).body as { domains: { description: string }[] };
    expect(domains.filter(({ description }) => description.includes('gamma'))).toEqual([]);
    expect(domains.filter(({ description }) => description.includes('alpha'))).toHaveLength(1);
  });
});

describe('mappings and protocols', () => {
  const mappings = '/v3/OS-FEDERATION/mappings';
  const protocols = '/v3/OS-FEDERATION/identity_providers/alpha/protocols';
  const rules = [{ local: [{ user: { name: '{0}' } }], remote: [{ type: 'uid' }] }];
  const map = (method: string, id: string, fields: object) =>
    identity.admin(method, `${mappings}/${id}`, { mapping: fields });
  const protocol = (method: string, id: string, fields: object) =>
    identity.admin(method, `${protocols}/${id}`, { protocol: fields });

  it('are kept as Keystone shows them', async () => {
    const made = await map('PUT', 'm1', { rules });
    expect(made.status).toBe(201);
    const links = { self: `${identity.url}${mappings}/m1` };
    expect(made.body.mapping).toEqual({ id: 'm1', rules, schema_version: '1.0', links });
    const changed = await map('PATCH', 'm1', { rules: [...rules, ...rules], schema_version: '2.0' });
    expect(changed.body.mapping).toMatchObject({ rules: [...rules, ...rules], schema_version: '2.0' });
    expect((await map('PATCH', 'm1', { rules })).body.mapping).toMatchObject({ schema_version: '2.0' });
    await map('PUT', 'm2', { rules });
    const listed = (await identity.admin('GET', mappings)).body.mappings as { id: string }[];
    expect(listed.map(({ id }) => id)).toEqual(['m1', 'm2']);

    const bound = await protocol('PUT', 'saml2', { mapping_id: 'm1' });
    expect(bound.status).toBe(201);
    const provider = protocols.replace('/protocols', '');
    expect(bound.body.protocol).toEqual({
      id: 'saml2',
      mapping_id: 'm1',
      remote_id_attribute: null,
      links: { self: `${identity.url}${protocols}/saml2`, identity_provider: identity.url + provider },
    });
    const attributed = await protocol('PATCH', 'saml2', { remote_id_attribute: 'issuer' });
    expect(attributed.body.protocol).toMatchObject({ mapping_id: 'm1', remote_id_attribute: 'issuer' });
    const moved = await protocol('PATCH', 'saml2', { mapping_id: 'm2' });
    expect(moved.body.protocol).toMatchObject({ mapping_id: 'm2', remote_id_attribute: 'issuer' });
    expect((await identity.admin('GET', `${protocols}/saml2`)).body).toEqual(moved.body);
    expect((await identity.admin('GET', protocols)).body.protocols).toEqual([moved.body.protocol]);
  });

  it('refuse what Keystone refuses', async () => {
    expect((await map('PUT', 'm1', { rules })).status).toBe(409);
    expect((await map('PUT', 'm3', { rules: [] })).status).toBe(400);
    expect((await map('PUT', 'm3', { rules: [{ local: [], remote: [] }] })).status).toBe(400);
    expect((await map('PUT', 'm3', { rules, schema_version: '3.0' })).status).toBe(400);
    const local = [{ projects: [{ name: 'p', roles: [{ name: 'member' }], domain: { id: 'd' } }] }];
    expect((await map('PUT', 'm3', { rules: [{ ...rules[0], local }] })).status).toBe(400);
    expect((await map('PATCH', 'm3', { rules })).body.error.message).toBe('Could not find mapping: m3.');
    expect((await identity.admin('DELETE', `${mappings}/m3`)).status).toBe(404);
    expect((await identity.admin('DELETE', `${mappings}/m2`)).status).toBe(409);

    expect((await protocol('PUT', 'saml2', { mapping_id: 'm1' })).status).toBe(409);
    const unmapped = await protocol('PUT', 'other', { mapping_id: 'm3' });
    expect(unmapped.body.error).toMatchObject({ code: 400, message: 'Invalid mapping id: m3' });
    expect((await protocol('PATCH', 'saml2', { mapping_id: 'm3' })).status).toBe(400);
    expect((await protocol('PATCH', 'saml2', {})).status).toBe(400);
    expect((await protocol('PUT', 'other', {})).status).toBe(400);
    expect((await protocol('PUT', 'other', { mapping_id: 'm1', color: 'red' })).status).toBe(400);
    expect((await protocol('PATCH', 'other', { mapping_id: 'm1' })).status).toBe(404);
    const elsewhere = protocols.replace('alpha', 'nobody');
    expect((await identity.admin('GET', elsewhere)).status).toBe(404);
    expect((await identity.admin('PUT', `${elsewhere}/saml2`, { protocol: { mapping_id: 'm1' } })).status).toBe(404);
    expect((await identity.admin('DELETE', `${protocols}/saml2`)).status).toBe(204);
    expect((await identity.admin('DELETE', `${protocols}/saml2`)).status).toBe(404);
    expect((await identity.admin('DELETE', `${mappings}/m2`)).status).toBe(204);
  });
});
