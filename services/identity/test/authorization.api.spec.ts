import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IdentityProcess } from './identity-process.js';

let identity: IdentityProcess;
let member: { userId: string; token: string };

beforeAll(async () => {
  identity = await IdentityProcess.start();
  member = await identity.member('member');
});
afterAll(() => identity.stop());

const document = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, unknown>>;
};
const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
);

/** Routes whose proof is not a token. */
const PUBLIC = new Set([
  'GET /',
  'GET /v3',
  'GET /healthcheck',
  'GET /.well-known/jwks.json',
  'POST /v3/auth/tokens',
  'POST /v3/users/{user_id}/password',
  'GET /.well-known/oauth-authorization-server/v3',
  'POST /v3/OS-OAUTH2/token',
  'POST /v3/OS-OAUTH2/introspect',
  'POST /v3/OS-OAUTH2/revoke',
  'POST /v3/OS-OCX/clients',
  'POST /v3/OS-OAUTH1/request_token',
  'POST /v3/OS-OAUTH1/access_token',
  'GET /v3/auth/OS-FEDERATION/identity_providers/{idp}/protocols/{protocol}/websso',
  'POST /v3/auth/OS-FEDERATION/identity_providers/{idp}/protocols/{protocol}/websso',
  'GET /v3/OS-FEDERATION/identity_providers/{idp}/protocols/{protocol}/auth',
  'POST /v3/OS-FEDERATION/identity_providers/{idp}/protocols/{protocol}/auth',
  'POST /v3/OS-FEDERATION/saml2/acs/{idp}',
  'POST /v3/OS-FEDERATION/saml2/ecp/{idp}',
  'POST /v3/auth/OS-FEDERATION/saml2',
  'POST /v3/auth/OS-FEDERATION/saml2/ecp',
  'GET /v3/auth/OS-FEDERATION/websso/{protocol}',
  'POST /v3/auth/OS-FEDERATION/websso/{protocol}',
  'GET /v3/OS-FEDERATION/saml2/slo',
  'POST /v3/auth/OS-FEDERATION/saml2/logout',
  'GET /v3/OS-FEDERATION/saml2/login',
  'GET /v3/OS-FEDERATION/saml2/metadata',
]);

/** Routes open to every user; all others refuse a member who asks for what is not theirs. */
const ANY_USER = new Set([
  'GET /v3/auth/tokens',
  'HEAD /v3/auth/tokens',
  'DELETE /v3/auth/tokens',
  'GET /v3/auth/catalog',
  'GET /v3/auth/projects',
  'GET /v3/auth/domains',
  'GET /v3/auth/system',
  'GET /v3/OS-FEDERATION/projects',
  'GET /v3/OS-FEDERATION/domains',
  'GET /v3/roles',
  'GET /v3/roles/{role_id}',
  'GET /v3/regions',
  'GET /v3/regions/{region_id}',
  'GET /v3/registered_limits',
  'GET /v3/registered_limits/{registered_limit_id}',
  'GET /v3/limits',
  'GET /v3/limits/model',
  'GET /v3/limits/{limit_id}',
  // Their own credentials and trusts; what is another's is refused once it is found.
  'GET /v3/credentials',
  'POST /v3/credentials',
  'GET /v3/credentials/{credential_id}',
  'PATCH /v3/credentials/{credential_id}',
  'DELETE /v3/credentials/{credential_id}',
  'POST /v3/OS-TRUST/trusts',
  'GET /v3/OS-TRUST/trusts/{trust_id}',
  'DELETE /v3/OS-TRUST/trusts/{trust_id}',
  'GET /v3/OS-TRUST/trusts/{trust_id}/roles',
  'GET /v3/OS-TRUST/trusts/{trust_id}/roles/{role_id}',
  // What they authorize are roles of their own.
  'PUT /v3/OS-OAUTH1/authorize/{request_token_id}',
]);

const send = (route: string, token?: string) => {
  const [method = '', path = ''] = route.split(' ');
  return identity.call(method, path.replace(/\{[^}]+\}/g, 'somebody-else'), token === undefined ? {} : { token });
};

describe('every route', () => {
  it('is known to this test', () => {
    expect(routes.length).toBeGreaterThan(100);
    for (const route of [...PUBLIC, ...ANY_USER]) expect(routes).toContain(route);
  });

  it.each(routes.filter((route) => !PUBLIC.has(route)))('%s wants a token', async (route) => {
    expect((await send(route)).status).toBe(401);
    expect((await send(route, 'forged')).status).toBe(401);
  });

  it.each(routes.filter((route) => !PUBLIC.has(route) && !ANY_USER.has(route)))(
    '%s refuses a member',
    async (route) => {
      expect((await send(route, member.token)).status).toBe(403);
    },
  );

  it.each([...ANY_USER])('%s lets a member in', async (route) => {
    expect([200, 400, 404]).toContain((await send(route, member.token)).status);
  });
});
