import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, IdentityProcess } from './identity-process.js';

let identity: IdentityProcess;
let at: string;

const admin = (method: string, route: string, json?: unknown): Promise<Answer> => identity.admin(method, route, json);
const LDAP = { url: 'ldap://directory.test', use_tls: true, page_size: 100, user_attribute_ignore: ['a', 'b'] };
const CONFIG = { identity: { driver: 'ldap' }, ldap: LDAP };

beforeAll(async () => {
  identity = await IdentityProcess.start();
  const domain = await admin('POST', '/v3/domains', { domain: { name: 'directory' } });
  at = `/v3/domains/${domain.body.domain.id as string}/config`;
});
afterAll(() => identity.stop());

describe('the configuration of a domain', () => {
  it('is set, shown by group and option, changed and removed', async () => {
    expect((await admin('GET', at)).status).toBe(404);
    expect((await admin('PATCH', at, { config: CONFIG })).status).toBe(404);
    const made = await admin('PUT', at, { config: CONFIG });
    expect([made.status, made.body]).toEqual([201, { config: CONFIG }]);
    expect((await admin('GET', at)).body).toEqual({ config: CONFIG });
    expect((await admin('GET', `${at}/ldap`)).body).toEqual({ config: { ldap: LDAP } });
    expect((await admin('GET', `${at}/ldap/page_size`)).body).toEqual({ config: { page_size: 100 } });

    const option = await admin('PATCH', `${at}/ldap/url`, { config: { url: null } });
    expect(option.body).toEqual({ config: { ...CONFIG, ldap: { ...LDAP, url: null } } });
    const group = await admin('PATCH', `${at}/identity`, { config: { identity: { list_limit: 7 } } });
    expect(group.body.config.identity).toEqual({ driver: 'ldap', list_limit: 7 });

    const replaced = await admin('PUT', at, { config: { ldap: { url: 'ldaps://other.test' } } });
    expect([replaced.status, replaced.body]).toEqual([200, { config: { ldap: { url: 'ldaps://other.test' } } }]);
    expect((await admin('GET', `${at}/identity`)).status).toBe(404);
    expect((await admin('PATCH', at, { config: CONFIG })).body.config.ldap).toEqual(LDAP);
    expect((await admin('DELETE', `${at}/ldap/url`)).status).toBe(204);
    for (const method of ['GET', 'DELETE']) expect((await admin(method, `${at}/ldap/url`)).status).toBe(404);
    expect((await admin('PATCH', `${at}/ldap/url`, { config: { url: 'ldap://a.test' } })).status).toBe(404);
    expect((await admin('DELETE', `${at}/identity`)).status).toBe(204);
    expect((await admin('DELETE', `${at}/identity`)).status).toBe(404);
    expect((await admin('DELETE', at)).status).toBe(204);
    expect((await admin('GET', at)).status).toBe(404);
    expect((await admin('DELETE', at)).status).toBe(204);
  });

  it.each([
    ['PUT', '', {}],
    ['PUT', '', { ldap: {} }],
    ['PUT', '', { database: { connection: 'x' } }],
    ['PUT', '', { ldap: { password: 'secret' } }],
    ['PUT', '', { constructor: { name: 'x' } }],
    ['PATCH', '/ldap', { identity: { driver: 'sql' } }],
    ['PATCH', '/ldap', { ldap: LDAP, identity: { driver: 'sql' } }],
    ['PATCH', '/database', { database: { connection: 'x' } }],
    ['PATCH', '/ldap/url', { user: 'x' }],
    ['PATCH', '/ldap/password', { password: 'x' }],
  ])('%s %s refuses %j', async (method, path, config) => {
    await admin('PUT', at, { config: CONFIG });
    const answer = await admin(method, at + path, { config });
    expect(answer.status).toBe(403);
    expect(answer.body.error.message).toContain('Invalid domain specific configuration');
    expect((await admin('GET', at)).body).toEqual({ config: CONFIG });
  });

  it.each([[{ ldap: 'x' }], [{ ldap: { url: { deep: 1 } } }], ['x'], [undefined]])('is no %j', async (config) => {
    expect((await admin('PUT', at, { config })).status).toBe(400);
  });

  it('is of a domain that there is', async () => {
    const none = '/v3/domains/none/config';
    for (const path of ['', '/ldap', '/ldap/url']) {
      expect((await admin('GET', none + path)).status).toBe(404);
      expect((await admin('DELETE', none + path)).status).toBe(404);
    }
    expect((await admin('PUT', none, { config: CONFIG })).status).toBe(404);
    for (const path of ['/database', '/ldap/password']) expect((await admin('GET', at + path)).status).toBe(403);
  });
});

describe('what holds by default', () => {
  it('is shown for every group and option', async () => {
    const { config } = (await admin('GET', '/v3/domains/config/default')).body as { config: Record<string, object> };
    expect(Object.keys(config).sort()).toEqual(['identity', 'ldap']);
    for (const [group, options] of Object.entries(config)) {
      const shown = await admin('GET', `/v3/domains/config/${group}/default`);
      expect(shown.body).toEqual({ config: { [group]: options } });
    }
    const one = await admin('GET', '/v3/domains/config/ldap/user_objectclass/default');
    expect(one.body).toEqual({ config: { user_objectclass: 'inetOrgPerson' } });
    expect((await admin('GET', '/v3/domains/config/database/default')).status).toBe(403);
    expect((await admin('GET', '/v3/domains/config/ldap/password/default')).status).toBe(403);
  });
});
