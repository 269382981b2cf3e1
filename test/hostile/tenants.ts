import { attempt, attemptInVain } from '@ocx/testing/attempts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { COMPUTE } from '../e2e/careless-tenant.js';
import type { TestTenant } from '../test-exchange.js';
import { claimsOf, encoded, proof } from './forgery.js';
import { Customer } from './goods.js';
import type { World } from './world.js';

const KIND = 'a tenant that forges, widens, reaches across, and races revocation';
const JSON_TYPE = { 'content-type': 'application/json' };

/** A lawful tenant of one project, who would like to have more. */
export function tenants(world: () => World): void {
  describe('a tenant', () => {
    let mallory: TestTenant;
    let server: string;

    beforeAll(async () => {
      mallory = world().mallory;
      server = await new Customer(world(), mallory).server('own', 'harvard');
      await world().remember();
    });
    afterAll(async () => {
      await world().expectUnchanged();
      await new Customer(world(), mallory).end(server, 'harvard');
    });

    const ask = (method: string, url: string, body?: unknown, headers: Record<string, string> = {}) =>
      world().send({
        method,
        url,
        headers: { ...COMPUTE, ...JSON_TYPE, 'x-auth-token': mallory.session.token, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const identity = (path: string) => `${world().seen.urls.identity}${path}`;
    const market = (path: string) => `${world().seen.urls.broker}/exchange/v1${path}`;
    const at = (type: string) => mallory.session.endpoint(type, 'exchange');

    it('does not reach what is the victim’s', async () => {
      const { goods, victim } = world();
      const { projectId, info } = victim.session;
      const theirs = [
        ['GET', `${at('compute')}/servers/${goods.server}`],
        ['PUT', `${at('compute')}/servers/${goods.server}`, { server: { name: 'mine' } }],
        ['DELETE', `${at('compute')}/servers/${goods.server}`],
        ['POST', `${at('compute')}/servers/${goods.server}/action`, { 'os-stop': null }],
        ['POST', `${at('compute')}/servers/${goods.server}/action`, { 'os-getConsoleOutput': {} }],
        ['GET', `${at('compute')}/servers/${goods.server}/metadata`],
        [
          'POST',
          `${at('compute')}/servers/${goods.server}/os-volume_attachments`,
          { volumeAttachment: { volumeId: goods.volume } },
        ],
        [
          'POST',
          `${at('compute')}/servers/${server}/os-volume_attachments`,
          { volumeAttachment: { volumeId: goods.volume } },
        ],
        ['GET', `${new Customer(world()).nova('harvard')}/servers/${goods.server}`],
        ['GET', `${at('compute')}/os-keypairs/laptop`],
        ['GET', `${at('volumev3')}/volumes/${goods.volume}`],
        ['PUT', `${at('volumev3')}/volumes/${goods.volume}`, { volume: { name: 'mine' } }],
        ['DELETE', `${at('volumev3')}/volumes/${goods.volume}`],
        ['POST', `${at('volumev3')}/volumes/${goods.volume}/action`, { 'os-extend': { new_size: 2 } }],
        ['POST', `${at('volumev3')}/volumes/${goods.volume}/action`, { 'os-force_detach': {} }],
      ] as const;
      for (const [method, url, body] of theirs) {
        const name = `${method} ${new URL(url).pathname}`;
        await attempt(KIND, name, () => ask(method, url, body), {
          status: [403, 404],
          reason: /not (be )?found|could not|Policy|Forbidden/,
        });
      }
      const swift = at('object-store').replace(mallory.session.projectId, projectId);
      for (const [method, path] of [
        ['GET', ''],
        ['GET', '/kept/object'],
        ['PUT', '/kept/object'],
        ['DELETE', '/kept/object'],
        ['PUT', '/more'],
      ] as const) {
        await attempt(KIND, `${method} ${path} of their account`, () => ask(method, `${swift}${path}`), {
          status: 403,
          reason: /Forbidden|denied/,
        });
      }
      const copy = { 'x-copy-from': '/kept/object', 'x-copy-from-account': `AUTH_${projectId}` };
      const copying = () => ask('PUT', `${at('object-store')}/own/object`, undefined, copy);
      await attempt(KIND, 'a copy out of their account', copying, { status: [400, 403, 404], reason: /./ });
      const cinder = at('volumev3').replace(mallory.session.projectId, projectId);
      await attempt(KIND, 'their project in a path', () => ask('GET', `${cinder}/volumes`), {
        status: [400, 403],
        reason: /Malformed|Forbidden/,
      });
      const books = await victim.session.call({ url: market('/leases?limit=200') });
      const [lease] = (books.json() as { leases: { id: string }[] }).leases;
      for (const [method, path] of [
        ['GET', ''],
        ['GET', '/receipts'],
        ['POST', '/end'],
      ] as const) {
        const url = market(`/leases/${lease?.id ?? ''}${path}`);
        const headers = { 'idempotency-key': randomUUID() };
        await attempt(
          KIND,
          `${method} a lease${path} of theirs`,
          () => ask(method, url, method === 'GET' ? undefined : {}, headers),
          { status: 404, reason: /could not be found/ },
        );
      }
      const people: [string, string, unknown?][] = [
        ['GET', `/users/${info.user.id}`],
        ['PATCH', `/users/${info.user.id}`, { user: { enabled: false } }],
        ['POST', `/users/${info.user.id}/password`, { user: { original_password: 'guess', password: 'another' } }],
        ['GET', `/projects/${projectId}`],
        ['DELETE', `/projects/${projectId}`],
        ['POST', `/users/${info.user.id}/application_credentials`, { application_credential: { name: 'x' } }],
        [
          'PUT',
          `/projects/${projectId}/users/${mallory.session.info.user.id}/roles/${mallory.session.info.roles[0]?.id ?? ''}`,
        ],
      ];
      for (const [method, path, body] of people) {
        await attempt(
          KIND,
          `${method} ${path.replaceAll(/[0-9a-f]{32}/g, '…')}`,
          () => ask(method, identity(path), body),
          {
            status: [401, 403, 404],
            reason: /not authorized|Forbidden|Policy|requires authentication|not be found/,
          },
        );
      }
    });

    it('does not say who it is in a header', async () => {
      const { projectId, info } = world().victim.session;
      const posing = {
        'x-project-id': projectId,
        'x-tenant-id': projectId,
        'x-user-id': info.user.id,
        'x-roles': 'admin',
        'x-identity-status': 'Confirmed',
        'x-is-admin-project': 'True',
        'openstack-system-scope': 'all',
      };
      await attemptInVain(KIND, 'Keystone middleware’s headers', async () => {
        const { text } = await ask('GET', `${at('compute')}/servers/detail?all_tenants=1`, undefined, posing);
        expect(text).not.toContain(world().goods.server);
        expect((await ask('GET', identity('/users'), undefined, posing)).status).toBe(403);
      });
      const bare = () => world().send({ url: `${at('compute')}/servers`, headers: posing });
      await attempt(KIND, 'the same without a token', bare, { status: 401, reason: /there is no token/ });
    });

    it('does not widen its token, or its delegations', async () => {
      const { projectId, info } = world().victim.session;
      const { token } = mallory.session;
      const [head = '', , signature = ''] = token.split('.');
      const changes: [string, object][] = [
        ['the victim’s project', { project: { ...(claimsOf(token)['project'] as object), id: projectId } }],
        ['the victim', { sub: info.user.id }],
        ['the operator’s project', { is_admin_project: true, roles: [{ id: 'x', name: 'admin' }] }],
        ['a longer life', { exp: Number(claimsOf(token)['exp']) + 86_400 }],
        ['the system', { project: undefined, system: { all: true } }],
      ];
      for (const [name, change] of changes) {
        const forged = `${head}.${encoded({ ...claimsOf(token), ...change })}.${signature}`;
        for (const url of [identity('/auth/projects'), market('/leases')]) {
          const use = () => ask('GET', url, undefined, { 'x-auth-token': forged });
          await attempt(KIND, `a token that says ${name}`, use, {
            status: 401,
            reason: /signature verification failed/,
          });
        }
      }
      const rescope = (scope: object) => () =>
        ask('POST', identity('/auth/tokens'), {
          auth: { identity: { methods: ['token'], token: { id: token } }, scope },
        });
      const scopes: [string, object][] = [
        ['the victim’s project', { project: { id: projectId } }],
        ['the admin project', { project: { name: 'admin', domain: { id: 'default' } } }],
        ['the domain', { domain: { id: 'default' } }],
        ['the system', { system: { all: true } }],
        ['a trust', { 'OS-TRUST:trust': { id: randomUUID().replaceAll('-', '') } }],
      ];
      for (const [name, scope] of scopes) {
        await attempt(KIND, `a token for ${name}`, rescope(scope), {
          status: [401, 403, 404],
          reason: /requires authentication|access|not be found|Forbidden|trust/i,
        });
      }
      const roles = z.object({ roles: z.array(z.object({ id: z.string(), name: z.string() })) });
      const admin = (await world().seen.operator.session.get(roles, identity('/roles?name=admin'))).roles[0]?.id ?? '';
      const self = mallory.session.info.user.id;
      const credential = { name: 'more', roles: [{ id: admin }] };
      const more: [string, string, unknown][] = [
        [
          'an application credential with admin',
          `/users/${self}/application_credentials`,
          { application_credential: credential },
        ],
        [
          'a trust with admin',
          '/OS-TRUST/trusts',
          {
            trust: {
              trustor_user_id: self,
              trustee_user_id: self,
              project_id: mallory.session.projectId,
              impersonation: false,
              roles: [{ id: admin }],
            },
          },
        ],
        [
          'a trust in the victim’s name',
          '/OS-TRUST/trusts',
          {
            trust: {
              trustor_user_id: info.user.id,
              trustee_user_id: self,
              project_id: projectId,
              impersonation: true,
              roles: [{ name: 'member' }],
            },
          },
        ],
        ['EC2 keys of the victim', `/users/${info.user.id}/credentials/OS-EC2`, { tenant_id: projectId }],
      ];
      for (const [name, path, body] of more) {
        await attempt(KIND, name, () => ask('POST', identity(path), body), {
          status: [400, 401, 403, 404],
          reason: /role|Forbidden|not authorized|Policy|requires|not be found|not allowed/i,
        });
      }
    });

    it('does not do the operator’s or a party’s work', async () => {
      const landlord = `landlord-${'a'.repeat(32)}`;
      const calls: [string, string, unknown?][] = [
        ['POST', market('/landlords/enrolment-codes')],
        ['GET', market(`/landlords/${world().idOf('harvard')}/misbehaviour`)],
        ['GET', identity('/users')],
        ['POST', identity('/users'), { user: { name: 'x' } }],
        ['POST', identity('/projects'), { project: { name: 'x' } }],
        ['POST', identity('/roles'), { role: { name: 'x' } }],
        ['GET', identity('/OS-OCX-AUDIT/records')],
        ['GET', identity('/OS-OCX/revocations')],
        ['GET', identity('/OS-OCX/revoked-tokens')],
        ['PUT', identity(`/OS-OCX/landlords/${landlord}`), {}],
        ['PUT', identity('/OS-OCX/regions/evil'), { endpoints: [] }],
        ['PUT', identity('/OS-FEDERATION/identity_providers/mine'), { identity_provider: {} }],
        ['GET', `${at('compute')}/os-services`],
      ];
      for (const [method, url, body] of calls) {
        const headers = { 'idempotency-key': randomUUID() };
        await attempt(KIND, `${method} ${new URL(url).pathname}`, () => ask(method, url, body, headers), {
          status: 403,
          reason: /not authorized|Policy|operator|Forbidden/,
        });
      }
    });

    it('gets nothing from a landlord directly', async () => {
      const { token } = mallory.session;
      for (const name of ['harvard', 'granite'] as const) {
        const path = name === 'harvard' ? '/v2.1/servers' : `/v3/${mallory.session.projectId}/volumes`;
        const url = `${world().endpointOf(name)}${path}`;
        const key = world().evil.double.key;
        const expected = { status: 401, reason: /no bound token|unexpected "aud"/ };
        await attempt(KIND, `its own token at ${name}`, () => ask('GET', url), expected);
        const dpop = await proof(key, { method: 'GET', url, token });
        const bound = () => world().send({ url, headers: { authorization: `DPoP ${token}`, dpop } });
        await attempt(KIND, `its own token at ${name}, as a bound one`, bound, expected);
      }
    });
  });
}
