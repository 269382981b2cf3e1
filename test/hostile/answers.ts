import type { ServerResponse } from 'node:http';
import { until } from '@ocx/local-exchange/polling';
import { attempt, attemptInVain } from '@ocx/testing/attempts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { serverView } from '../../services/broker/test/landlord-views.js';
import { Customer } from './goods.js';
import type { World } from './world.js';

const KIND = 'a landlord whose answers are traps';
/** Of before a server at a silent landlord was shown as UNKNOWN, and of the flavor in full. */
const COMPUTE = { 'openstack-api-version': 'compute 2.40' };
const JSON_TYPE = { 'content-type': 'application/json' };
const SERVERS = /^GET \/v2\.1\/servers/;

/** What a tenant and its broker are told by a landlord that means no good, and what comes of it. */
export function answers(world: () => World): void {
  describe('a landlord that answers', () => {
    let customer: Customer;
    let server: string;
    let victims: string;
    let own: string;

    beforeAll(async () => {
      customer = new Customer(world());
      [server, victims, own] = [await customer.server('trapped'), world().goods.server, world().evil.double.url];
      await world().remember();
    });
    afterEach(async () => {
      world().evil.behaves();
      // One that did not answer is left alone for a while.
      const well = async () => (await ask(`/servers/${server}`)).status === 200;
      await until('the landlord is asked again', well, Boolean, 30_000);
    });
    afterAll(async () => {
      await world().expectUnchanged();
      await customer.end(server);
    });

    const ask = (path: string, request: { method?: string; body?: string; nova?: string } = {}) => {
      const { nova = customer.nova(), ...rest } = request;
      const headers = { ...COMPUTE, ...JSON_TYPE, 'x-auth-token': world().customer.session.token };
      return world().send({ url: `${nova}${path}`, headers, ...rest });
    };
    const reply =
      (status: number, body: unknown, headers: Record<string, string> = {}) =>
      (response: ServerResponse) =>
        void response
          .writeHead(status, { ...JSON_TYPE, ...headers })
          .end(typeof body === 'string' ? body : JSON.stringify(body));
    const detail = (id: string, change: object = {}) => ({ ...serverView(id, 'trapped'), ...change });

    it('with a redirect is not followed, and the tenant is sent nowhere', async () => {
      const { evil, accomplice } = world();
      const targets = [
        `${accomplice.double.url}/stolen`,
        `${world().endpointOf('harvard')}/v2.1/servers`,
        'http://169.254.169.254/latest/meta-data',
        `${world().seen.urls.identity}/auth/tokens`,
        '//127.0.0.1:1/',
        '/v2.1/servers/stolen',
      ];
      for (const status of [301, 302, 303, 307, 308]) {
        for (const location of targets) {
          evil.answers(SERVERS, reply(status, '', { location }));
          const trap = async () => {
            const answer = await ask(`/servers/${server}`);
            expect(answer.headers.location).toBeUndefined();
            expect(answer.text).not.toContain(location);
            return answer;
          };
          await attempt(KIND, `${String(status)} to ${location}`, trap, { status: 502, reason: /cannot be passed on/ });
        }
      }
      expect([...evil.kept, ...accomplice.kept].filter(({ url }) => url.includes('stolen'))).toEqual([]);
    });

    it('with links to itself gives the tenant the broker’s own', async () => {
      const { evil } = world();
      const links = [
        { rel: 'self', href: `${own}/stolen` },
        { rel: 'bookmark', href: `${own}/stolen` },
        { rel: 'next', href: `${own}/stolen` },
      ];
      const shown = detail(server, {
        links,
        image: { id: world().goods.image, links },
        flavor: { id: 'm1.tiny', links },
      });
      const bodies: [string, string, object][] = [
        ['/servers/detail', 'a list', { servers: [shown], servers_links: links }],
        ['/servers', 'a short list', { servers: [{ id: server, name: 'x', links }], servers_links: links }],
        [`/servers/${server}`, 'a server', { server: shown }],
      ];
      for (const [path, name, body] of bodies) {
        evil.answers(SERVERS, reply(200, body, { location: own, link: `<${own}>; rel="next"`, 'set-cookie': 'a=b' }));
        await attemptInVain(KIND, `links in ${name}`, async () => {
          for (const nova of [customer.nova(), customer.nova('exchange')]) {
            const answer = await ask(path, { nova });
            expect([answer.text, JSON.stringify(answer.headers)].join()).not.toContain(own);
            expect(answer.headers['set-cookie']).toBeUndefined();
          }
        });
      }
      expect(evil.kept.filter(({ url }) => url.includes('stolen'))).toEqual([]);
    });

    it('with a Location of its own to a create gives the tenant the broker’s', async () => {
      const { evil } = world();
      const serve = evil.cloud.behave;
      evil.cloud.behave = (request, response) => {
        if (request.method === 'POST' && request.url === '/v2.1/servers')
          response.setHeader('location', `${own}/stolen`);
        return false;
      };
      await attemptInVain(KIND, 'a Location to a create', async () => {
        const body = { server: { name: 'x', imageRef: world().goods.image, flavorRef: 'm1.tiny', networks: 'auto' } };
        const answer = await ask('/servers', { method: 'POST', body: JSON.stringify(body) });
        expect(answer.status).toBe(202);
        expect([answer.text, JSON.stringify(answer.headers)].join()).not.toContain(own);
        await customer.end((JSON.parse(answer.text) as { server: { id: string } }).server.id);
      });
      evil.cloud.behave = serve;
    });

    it('with what is no answer costs its own tenants, and nobody else', async () => {
      const { evil } = world();
      const wrong: [string, (response: ServerResponse) => void, RegExp][] = [
        [
          'HTML',
          reply(200, '<html><script src="http://evil.test/"></script></html>', { 'content-type': 'text/html' }),
          /cannot be passed on/,
        ],
        ['another thing', reply(200, { volume: {} }), /malformed/],
        ['no object', reply(200, '[]'), /malformed/],
        ['a number for a name', reply(200, { server: detail(server, { name: 7 }) }), /malformed/],
        ['another server', reply(200, { server: detail(victims) }), /./],
        [
          'a login page',
          reply(401, { error: { code: 401, message: 'Log in again', title: 'Unauthorized' } }),
          /status 401/,
        ],
        ['a status that is none', reply(299 + 123, 'x'), /./],
        ['nothing', (response) => response.destroy(), /does not answer/],
      ];
      for (const [name, answer, reason] of wrong) {
        evil.answers(SERVERS, answer);
        await attempt(KIND, name, () => ask(`/servers/${server}`), { status: [404, 422, 502, 503], reason });
        const list = await ask('/servers/detail', { nova: customer.nova('exchange') });
        expect([name, list.status]).toEqual([name, 200]);
      }
    });

    it('with somebody else’s is not believed', async () => {
      const { evil } = world();
      const { projectId, info } = world().victim.session;
      await customer.counts('foreign_id', () =>
        attemptInVain(KIND, 'the victim’s server in its list', async () => {
          evil.answers(SERVERS, reply(200, { servers: [detail(server), detail(victims, { name: 'mine now' })] }));
          for (const nova of [customer.nova(), customer.nova('exchange')]) {
            const { text } = await ask('/servers/detail', { nova });
            expect(text).not.toContain(victims);
          }
        }),
      );
      await attemptInVain(KIND, 'another owner, project and place', async () => {
        const lies = {
          tenant_id: projectId,
          user_id: info.user.id,
          'OS-EXT-AZ:availability_zone': 'harvard',
        };
        evil.answers(SERVERS, reply(200, { server: detail(server, lies) }));
        const { text, status } = await ask(`/servers/${server}`);
        expect(status, text).toBe(200);
        expect(text).not.toContain(projectId);
        expect(text).not.toContain(info.user.id);
        expect(JSON.parse(text)).toMatchObject({ server: { 'OS-EXT-AZ:availability_zone': 'evil' } });
      });
      await attemptInVain(KIND, 'the victim’s own list', async () => {
        evil.answers(SERVERS, reply(200, { servers: [detail(victims, { status: 'DELETED' }), detail(server)] }));
        const list = await world().victim.tenant.servers();
        expect(list.map(({ id, status }) => [id, status])).toEqual([[victims, 'ACTIVE']]);
      });
    });

    it('with events, offers and leases about what is not its own is not heard', async () => {
      const { evil, victim } = world();
      const theirs = await victim.session.call({ url: `${world().seen.urls.broker}/exchange/v1/leases?limit=200` });
      const { leases } = theirs.json() as { leases: { id: string; resource: { type: string; id: string } }[] };
      const lease = leases.find(({ resource }) => resource.id === victims);
      await customer.counts('event_foreign', () =>
        attemptInVain(KIND, 'the end of the victim’s lease', async () => {
          await evil.double.emit({ kind: 'lease', lease_id: lease?.id, resource: lease?.resource, state: 'ended' });
          await evil.double.emit({ kind: 'resource', resource: lease?.resource, state: 'ERROR' });
        }),
      );
      for (const [what, counter, change] of [
        ['offers in harvard’s name', 'offer_foreign', { landlord_id: world().idOf('harvard') }],
        ['offers of tomorrow', 'offer_future', { issued_at: '2999-01-01T00:00:00.000Z' }],
      ] as const) {
        await customer.counts(counter, () =>
          attemptInVain(KIND, what, async () => {
            const [good] = evil.double.offers;
            const offer = await evil.double.key.sign('ocx-offer+jwt', {
              ...good,
              issued_at: new Date().toISOString(),
              ...change,
            });
            const still = await evil.double.key.sign('ocx-offer+jwt', { ...good, issued_at: new Date().toISOString() });
            evil.answers(/^GET \/landlord\/v1\/offers/, reply(200, { offers: [still, offer] }));
            await evil.double.emit({ kind: 'offers' });
          }),
        );
        evil.behaves();
      }
      await world().expectUnchanged();
    });

    it('without an end, or drop by drop, is cut off', async () => {
      const { evil } = world();
      const flood = (response: ServerResponse) => {
        response.writeHead(200, JSON_TYPE);
        const pour = () => {
          while (!response.destroyed && response.write(Buffer.alloc(262_144, ' ')));
        };
        response.on('drain', pour);
        pour();
      };
      const drip = (response: ServerResponse) => {
        response.writeHead(200, JSON_TYPE);
        const timer = setInterval(() => response.write(' '), 50);
        response.on('close', () => {
          clearInterval(timer);
        });
      };
      const silence = () => undefined;
      for (const [name, trap] of [
        ['an endless body', flood],
        ['a slow drip', drip],
        ['silence', silence],
      ] as const) {
        evil.answers(SERVERS, trap);
        await attempt(KIND, name, () => ask(`/servers/${server}`), {
          status: [502, 503],
          reason: /cannot be passed on|does not answer/,
        });
        const list = await ask('/servers/detail', { nova: customer.nova('exchange') });
        expect([list.status, list.headers['x-ocx-partial']]).toEqual([200, 'evil']);
        evil.behaves();
        await expect.poll(async () => (await ask(`/servers/${server}`)).status, { timeout: 30_000 }).toBe(200);
      }
    });

    it('never gets to see a tenant’s token', () => {
      const { evil, accomplice, victim, customer: tenant } = world();
      const kept = [...evil.kept, ...accomplice.kept];
      expect(kept.length).toBeGreaterThan(20);
      expect(kept.filter(({ headers }) => headers['x-auth-token'] !== undefined)).toEqual([]);
      const all = JSON.stringify(kept);
      for (const { session, password } of [victim, tenant]) {
        expect(all.includes(session.token)).toBe(false);
        expect(all.includes(password)).toBe(false);
      }
    });
  });
}
