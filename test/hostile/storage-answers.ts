import type { ServerResponse } from 'node:http';
import { attempt, attemptInVain } from '@ocx/testing/attempts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { volumeView } from '../../services/broker/test/landlord-views.js';
import { Customer } from './goods.js';
import type { World } from './world.js';

const KIND = 'a landlord whose answers are traps';
const OBJECT = /^(GET|HEAD) \/v1\/[^/]+\/c\/o/;

/** The same at a storage landlord: what it says of objects reaches browsers. */
export function storageAnswers(world: () => World): void {
  describe('a storage landlord that answers', () => {
    let volume: string;
    let swift: string;
    let cinder: string;

    beforeAll(async () => {
      const { customer, seen } = world();
      const { tenant, session } = customer;
      await tenant.createContainer('c', 'standard@accomplice');
      await tenant.putObject('c', 'o', Buffer.from('content'));
      volume = (await tenant.createVolume('trapped', 1, 'accomplice')).id;
      swift = session.endpoint('object-store', 'exchange');
      cinder = `${seen.urls.broker}/regions/accomplice/volume/v3/${session.projectId}`;
      await world().remember();
    });
    afterEach(() => {
      world().accomplice.behaves();
    });
    afterAll(async () => {
      await world().expectUnchanged();
      await world().customer.tenant.deleteVolume(volume);
    });

    const ask = (url: string, method = 'GET') =>
      world().send({ method, url, headers: { 'x-auth-token': world().customer.session.token } });
    const reply =
      (status: number, headers: Record<string, string>, body = '') =>
      (response: ServerResponse) =>
        void response.writeHead(status, headers).end(body);
    const json = { 'content-type': 'application/json' };

    it('with a redirect sends nobody anywhere', async () => {
      const { accomplice, evil } = world();
      for (const status of [300, 301, 302, 303, 307, 308]) {
        for (const method of ['GET', 'HEAD']) {
          accomplice.answers(
            OBJECT,
            reply(status, { location: `${evil.double.url}/stolen` }, method === 'GET' ? 'moved' : ''),
          );
          const trap = async () => {
            const answer = await ask(`${swift}/c/o`, method);
            expect(answer.headers.location).toBeUndefined();
            // The answer to HEAD says nothing but its status.
            return { ...answer, reason: method === 'HEAD' ? 'HEAD' : answer.reason };
          };
          await attempt(KIND, `${String(status)} to ${method} of an object`, trap, {
            status: 502,
            reason: /redirect|passed on|^HEAD$/,
          });
        }
      }
      expect(evil.kept.filter(({ url }) => url.includes('stolen'))).toEqual([]);
    });

    it('with headers of its own gives the tenant those of objects, and the broker’s policy', async () => {
      const { accomplice } = world();
      const wanted = {
        location: accomplice.double.url,
        'set-cookie': 'session=stolen',
        'x-storage-url': accomplice.double.url,
        'x-storage-token': 'stolen',
        'x-auth-token': 'stolen',
        'x-subject-token': 'stolen',
        'www-authenticate': 'Basic realm="log in"',
        'access-control-allow-origin': '*',
        'access-control-allow-credentials': 'true',
        'clear-site-data': '"*"',
        link: '</stolen>; rel="preload"',
        refresh: `0; url=${accomplice.double.url}`,
        'service-worker-allowed': '/',
        'alt-svc': 'h2="elsewhere:443"',
        'strict-transport-security': 'max-age=31536000',
        'x-openstack-request-id': 'req-00000000-0000-4000-8000-000000000000',
      };
      const policy = { 'content-security-policy': 'default-src *', 'x-content-type-options': 'sniff' };
      const content = { etag: 'abc', 'content-type': 'text/html', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' };
      accomplice.answers(OBJECT, reply(200, { ...content, ...wanted, ...policy }, '<script>steal()</script>'));
      const answer = await ask(`${swift}/c/o`);
      expect([
        answer.status,
        answer.headers['content-security-policy'],
        answer.headers['x-content-type-options'],
      ]).toEqual([200, 'sandbox', 'nosniff']);
      for (const [name, value] of Object.entries(wanted)) {
        await attemptInVain(KIND, `the header ${name}`, () => {
          expect(answer.headers[name]).not.toBe(value);
          return Promise.resolve();
        });
      }
    });

    it('with a demand to log in, markup or a terminal’s codes gives the tenant words', async () => {
      const { accomplice } = world();
      const page = '<html><script>steal()</script><p>\u001b[2J\u0007gone</p></html>';
      for (const [status, shown] of [
        [401, 502],
        [403, 403],
        [404, 404],
        [418, 502],
        [500, 502],
        [503, 503],
      ] as const) {
        accomplice.answers(
          OBJECT,
          reply(status, { 'content-type': 'text/html', 'www-authenticate': 'Basic realm="x"' }, page),
        );
        const trap = async () => {
          const answer = await ask(`${swift}/c/o`);
          // eslint-disable-next-line no-control-regex -- that there are none is what is asked
          expect(answer.text).not.toMatch(/[\u0000-\u0008\u001b]|script/);
          expect(answer.headers['www-authenticate']).toBeUndefined();
          return answer;
        };
        await attempt(KIND, `a page with ${String(status)}`, trap, { status: shown, reason: /gone|status|answer/ });
      }
    });

    it('with less than it announced is broken off, never short and whole', async () => {
      const { accomplice } = world();
      accomplice.answers(OBJECT, (response) => {
        response.writeHead(200, { 'content-length': '1000', etag: 'abc' });
        response.write('only this');
        setTimeout(() => response.destroy(), 50);
      });
      await attemptInVain(KIND, 'a body that breaks off', () => expect(ask(`${swift}/c/o`)).rejects.toThrow());
    });

    it('with somebody else’s is not believed', async () => {
      const { accomplice, goods, victim } = world();
      const counting = new Customer(world());
      await counting.counts(
        'foreign_id',
        () =>
          attemptInVain(KIND, 'the victim’s volume in its list', async () => {
            const rows = [volumeView(volume, 1, 'trapped'), volumeView(goods.volume, 1, 'mine now')];
            accomplice.answers(
              /^GET \/v3\/[^/]+\/volumes\/detail/,
              reply(200, json, JSON.stringify({ volumes: rows })),
            );
            for (const where of [cinder, world().customer.session.endpoint('volumev3', 'exchange')]) {
              const { text, status } = await ask(`${where}/volumes/detail`);
              expect(status).toBe(200);
              expect(text).not.toContain(goods.volume);
            }
          }),
        'accomplice',
      );
      await attemptInVain(KIND, 'another owner, and an attachment that is none', async () => {
        const lies = {
          'os-vol-tenant-attr:tenant_id': victim.session.projectId,
          user_id: victim.session.info.user.id,
          availability_zone: 'granite',
          status: 'in-use',
          links: [{ rel: 'self', href: `${accomplice.double.url}/stolen` }],
        };
        const body = JSON.stringify({ volume: { ...volumeView(volume, 1, 'trapped'), ...lies } });
        accomplice.answers(/^GET \/v3\/[^/]+\/volumes\//, reply(200, json, body));
        const { text } = await ask(`${cinder}/volumes/${volume}`);
        for (const lie of [victim.session.projectId, victim.session.info.user.id, accomplice.double.url])
          expect(text).not.toContain(lie);
      });
      await attemptInVain(KIND, 'a container that nobody made', async () => {
        const row = (name: string) => ({ name, count: 1, bytes: 1, last_modified: '2026-01-01T00:00:00.000000' });
        const body = JSON.stringify([row('c'), row('kept'), row('../up'), row('invented')]);
        accomplice.answers(/^GET \/v1\/[^/]+\?/, reply(200, json, body));
        const { text } = await ask(`${swift}?format=json`);
        expect(JSON.parse(text)).toMatchObject([{ name: 'c' }]);
      });
    });
  });
}
