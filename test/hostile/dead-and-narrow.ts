import { randomUUID } from 'node:crypto';
import { TokenRefused } from '@ocx/openstack-client/identity-client';
import { attempt, attemptInVain } from '@ocx/testing/attempts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { COMPUTE } from '../e2e/careless-tenant.js';
import { used } from '../secrets-in-logs.js';
import type { TestTenant } from '../test-exchange.js';
import { bound } from './calls.js';
import type { World } from './world.js';

const KIND = 'a tenant that forges, widens, reaches across, and races revocation';
const JSON_TYPE = { 'content-type': 'application/json' };

/** Tokens that are narrow, and tokens that have died. */
export function deadAndNarrow(world: () => World): void {
  describe('a tenant whose token', () => {
    let racer: TestTenant;

    beforeAll(async () => {
      racer = await world().seen.newTenant('racer');
      await world().remember();
    });
    afterAll(() => world().expectUnchanged());

    const ask = (method: string, url: string, body?: unknown, headers: Record<string, string> = {}) =>
      world().send({
        method,
        url,
        headers: { ...COMPUTE, ...JSON_TYPE, 'x-auth-token': racer.session.token, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const identity = (path: string) => `${world().seen.urls.identity}${path}`;
    const market = (path: string) => `${world().seen.urls.broker}/exchange/v1${path}`;
    const at = (type: string) => racer.session.endpoint(type, 'exchange');

    it('has access rules goes no further', async () => {
      const { session } = racer;
      const rules = [{ service: 'compute', method: 'GET', path: '/v2.1/servers' }];
      const Made = z.object({ application_credential: z.object({ id: z.string(), secret: z.string() }) });
      const body = { application_credential: { name: randomUUID(), access_rules: rules } };
      const url = identity(`/users/${session.info.user.id}/application_credentials`);
      const { id, secret } = (await session.post(Made, url, body)).application_credential;
      await used(world().exchange.state.root, 'the secret of an application credential', secret);
      const login = await ask('POST', identity('/auth/tokens'), {
        auth: { identity: { methods: ['application_credential'], application_credential: { id, secret } } },
      });
      const narrow = { 'x-auth-token': String(login.headers['x-subject-token']) };
      expect((await ask('GET', `${at('compute')}/servers`, undefined, narrow)).status).toBe(200);
      const beyond: [string, string, unknown?][] = [
        ['GET', `${at('compute')}/servers/detail`],
        ['GET', `${at('compute')}/servers/`],
        ['GET', `${at('compute')}/servers/../flavors`],
        ['GET', `${at('compute')}//servers`],
        ['GET', `${at('compute')}/servers/${randomUUID()}`],
        ['POST', `${at('compute')}/servers`, { server: {} }],
        ['DELETE', `${at('compute')}/servers/${randomUUID()}`],
        ['GET', `${at('volumev3')}/volumes`],
        ['GET', at('object-store')],
        ['GET', market('/leases')],
        ['GET', identity('/auth/projects')],
        ['POST', url.replace(world().seen.urls.identity, identity('')), { application_credential: { name: 'y' } }],
      ];
      for (const [method, where, json] of beyond) {
        const call = () => ask(method, where, json, narrow);
        await attempt(KIND, `${method} ${where.replace(/^https?:..[^/]*/, '')} beyond its rules`, call, {
          status: [401, 403, 404],
          reason: /access rule|Policy|Forbidden|not authorized|not be found|requires authentication/i,
        });
      }
      await session.call({ method: 'DELETE', url: `${url}/${id}` });
      const after = () => ask('GET', `${at('compute')}/servers`, undefined, narrow);
      await expect.poll(async () => (await after()).status, { timeout: 5_000 }).toBe(401);
      await attempt(KIND, 'a token of a credential that is gone', after, { status: 401, reason: /was revoked/ });
    });

    it('is revoked is out at once, whatever it does meanwhile', async () => {
      const { token } = racer.session;
      const headers = { 'x-auth-token': token, 'x-subject-token': token };
      const use = (url: string) => () => world().send({ url, headers: { 'x-auth-token': token, ...COMPUTE } });
      const nova = use(`${racer.session.endpoint('compute', 'exchange')}/servers`);
      const minted: string[] = [];
      const broker = world().party();
      const exchanging = async () => {
        const access = { actions: ['read' as const, 'write' as const] };
        const mint = broker.exchange({ subjectToken: token, resource: world().idOf('harvard'), access });
        const got = await mint.catch((error: unknown) => {
          if (!(error instanceof TokenRefused)) throw error;
          return undefined;
        });
        if (got) minted.push(got.token);
      };
      await Promise.all([exchanging(), exchanging(), nova()]);
      const race = Array.from({ length: 30 }, (_, index) => (index % 3 === 0 ? nova() : exchanging()));
      const revoked = world().send({ method: 'DELETE', url: identity('/auth/tokens'), headers });
      const more = Array.from({ length: 30 }, (_, index) => (index % 3 === 0 ? nova() : exchanging()));
      expect((await revoked).status).toBe(204);
      const dead = { status: 401, reason: /was revoked/ };
      await attempt(KIND, 'a revoked token at identity', use(identity('/auth/projects')), dead);
      const again = { auth: { identity: { methods: ['token'], token: { id: token } } } };
      await attempt(KIND, 'a new token for a revoked one', () => ask('POST', identity('/auth/tokens'), again), {
        status: [401, 404],
        reason: /was revoked|requires authentication|Could not find token/,
      });
      const mint = broker.exchange({
        subjectToken: token,
        resource: world().idOf('harvard'),
        access: { actions: ['read'] },
      });
      await attemptInVain(KIND, 'a landlord token for a revoked one', () =>
        expect(mint).rejects.toThrow(/invalid_grant/),
      );
      await expect.poll(async () => (await nova()).status, { timeout: 2_000, interval: 20 }).toBe(401);
      await attempt(KIND, 'a revoked token at the broker', nova, dead);
      await Promise.all([...race, ...more]);
      const url = `${world().endpointOf('harvard')}/v2.1/servers`;
      const present = (landlordToken: string) => () =>
        bound(world(), { token: landlordToken, key: world().brokerKey, url });
      expect(minted.length).toBeGreaterThan(0);
      for (const landlordToken of minted) {
        await expect
          .poll(async () => (await present(landlordToken)()).status, { timeout: 5_000, interval: 100 })
          .toBe(401);
        await attempt(KIND, 'what was minted in the race, at harvard', present(landlordToken), dead);
      }
    });
  });
}
