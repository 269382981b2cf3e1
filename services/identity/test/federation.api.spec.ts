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
  });

  it('have addresses of the web', async () => {
    for (const auth_url of ['javascript:alert(1)', 'file:///etc/passwd', 'peer', '']) {
      expect((await identity.admin('PUT', route, { service_provider: { ...urls, auth_url } })).status).toBe(400);
    }
    expect((await identity.admin('PUT', route, { service_provider: { sp_url: urls.sp_url } })).status).toBe(400);
    expect((await identity.admin('GET', route)).status).toBe(404);
  });
});
