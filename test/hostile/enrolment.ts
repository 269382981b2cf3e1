import { SigningKey } from '@ocx/openstack-client/signing-key';
import { attempt } from '@ocx/testing/attempts';
import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LandlordDouble } from '../../services/broker/test/market-landlord.js';
import { encoded, signed } from './forgery.js';
import { DEAF_PORT, SPARE_PORT, type World } from './world.js';

const KIND = 'a landlord that alters its enrolment';

/** A stranger with a code in its hand, who would like to be somebody else, or have somebody else called. */
export function enrolment(world: () => World): void {
  describe('a landlord that enrols', () => {
    let stranger: LandlordDouble;
    let code: string;
    let challenge: (body: string, response: ServerResponse) => void | Promise<void>;

    beforeAll(async () => {
      stranger = await LandlordDouble.start('stranger', SPARE_PORT);
      code = await world().seen.operator.enrolmentCode('stranger');
      stranger.misbehave = async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        await challenge(Buffer.concat(chunks).toString(), response);
        return true;
      };
      await world().remember();
    });
    afterEach(() => {
      challenge = honest;
    });
    afterAll(async () => {
      await world().expectUnchanged();
      await stranger.stop();
    });

    const json = (response: ServerResponse, body: unknown) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const answering =
      (change: object, key = () => stranger.key, typ = 'ocx-challenge+jwt') =>
      async (body: string, response: ServerResponse) => {
        const { nonce, endpoint, exchange } = JSON.parse(body) as Record<string, string>;
        const answer = { nonce, endpoint, exchange, jkt: stranger.key.thumbprint, ...change };
        json(response, { answer: await key().sign(typ, answer) });
      };
    const honest = answering({});
    challenge = honest;

    const enrol = async (document: string, by = code) =>
      world().send({
        method: 'POST',
        url: `${world().seen.urls.broker}/exchange/v1/landlords`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ code: by, enrolment: document }),
      });
    const refused = (name: string, document: () => Promise<string>, status: number | number[], reason: RegExp) =>
      attempt(KIND, name, async () => enrol(await document()), { status, reason });
    const changed = (change: Record<string, unknown>, key?: SigningKey) => () => stranger.enrolment({ ...change }, key);

    it('with a code that nobody gave it', async () => {
      const document = await stranger.enrolment();
      for (const guess of ['x'.repeat(32), 'a code', code.toLowerCase(), `${code}A`]) {
        await attempt(KIND, `the code ${guess.slice(0, 6)}`, () => enrol(document, guess), {
          status: [400, 403],
          reason: /code_refused|code/,
        });
      }
    });

    it.each(['exchange', 'ocx-internal', 'identity', 'broker'])('as the reserved %s', async (name) => {
      await refused(`the region ${name}`, changed({ region: name }), 400, /region_reserved/);
      await refused(`the name ${name}`, changed({ name }), 400, /region_reserved/);
    });

    it.each(['harvard', 'granite', 'evil'])('in the region, or under the name, of %s', async (name) => {
      await refused(`the region of ${name}`, changed({ region: name }), [400, 409], /region_taken/);
      await refused(`the name of ${name}`, changed({ name }), [400, 409], /region_taken/);
    });

    it.each(['../harvard', 'Harvard', 'harvard\u0000', 'hаrvard', 'harvard.', 'a b', '', '%2e%2e', 'a'.repeat(65)])(
      'in the region %j',
      (region) => refused(`the region ${JSON.stringify(region)}`, changed({ region }), 400, /document_refused/),
    );

    it.each([
      'http://127.0.0.1:5000',
      'http://localhost',
      'http://127.1:80',
      'http://2130706433',
      'http://0x7f.1',
      'http://0.0.0.0:80',
      'http://[::1]',
      'http://[::ffff:127.0.0.1]:80',
      'http://[::ffff:7f00:1]',
      'http://169.254.169.254',
      'http://169.254.169.254/latest/meta-data',
      'http://[fe80::1]',
      'http://[fd00::1]',
      'http://10.0.0.1',
      'http://172.17.0.1',
      'http://192.168.0.1',
      'http://100.64.0.1',
      'http://224.0.0.1',
      'http://255.255.255.255',
      'http://[64:ff9b::7f00:1]',
    ])('at the address %s, which is nobody’s business', (endpoint) =>
      refused(`the endpoint ${endpoint}`, changed({ endpoint }), 400, /endpoint_refused/),
    );

    it('at the exchange’s own ports', async () => {
      const { identity, broker, objects } = world().seen.urls;
      const own = [identity.replace('/v3', ''), broker, objects, `http://127.0.0.1:${String(world().ports.postgres)}`];
      for (const endpoint of own) {
        await refused(`the endpoint ${endpoint}`, changed({ endpoint }), 400, /endpoint_refused/);
      }
    });

    it('with an endpoint that is no plain address', async () => {
      const forms = [
        'file:///etc/passwd',
        'gopher://127.0.0.1',
        `http://broker:secret@127.0.0.1:${String(SPARE_PORT)}`,
        `${stranger.url}?next=http://169.254.169.254`,
        `${stranger.url}#x`,
        'javascript:alert(1)',
        '',
      ];
      for (const endpoint of forms) {
        await refused(`the endpoint ${endpoint}`, changed({ endpoint }), 400, /endpoint_refused|document_refused/);
      }
    });

    it('at the address of another landlord', async () => {
      const others = ['harvard', 'granite'] as const;
      for (const name of others) {
        const endpoint = world().endpointOf(name);
        await refused(`the endpoint of ${name}`, changed({ endpoint }), 400, /challenge_failed/);
      }
      const endpoint = world().evil.double.url;
      await refused('the endpoint of an accomplice', changed({ endpoint }), 400, /challenge_failed/);
      const deaf = `http://127.0.0.1:${String(DEAF_PORT)}`;
      await refused('an endpoint where nobody listens', changed({ endpoint: deaf }), 400, /challenge_failed/);
    });

    it('and answers the challenge with something else', async () => {
      const { evil } = world();
      const thief = await SigningKey.generate();
      const traps: Record<string, typeof challenge> = {
        'another nonce': answering({ nonce: 'x'.repeat(32) }),
        'another endpoint': answering({ endpoint: evil.double.url }),
        'another exchange': answering({ exchange: 'http://elsewhere.test' }),
        'another key’s name': answering({ jkt: evil.double.key.thumbprint }),
        'another key': answering({}, () => thief),
        'another document': answering({}, undefined, 'ocx-enrolment+jwt'),
        'a redirect': (_, response) => void response.writeHead(307, { location: `${evil.double.url}/stolen` }).end(),
        HTML: (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>'),
        'an error': (_, response) => void response.writeHead(500).end(),
        nothing: (_, response) => void response.destroy(),
        'no signature': async (body, response) => {
          const { nonce, endpoint, exchange } = JSON.parse(body) as Record<string, string>;
          const answer = { nonce, endpoint, exchange, jkt: stranger.key.thumbprint };
          json(response, { answer: `${encoded({ alg: 'none', typ: 'ocx-challenge+jwt' })}.${encoded(answer)}.` });
          await Promise.resolve();
        },
        'its key along': async (body, response) => {
          const { nonce, endpoint, exchange } = JSON.parse(body) as Record<string, string>;
          const header = { alg: 'ES256', typ: 'ocx-challenge+jwt', kid: stranger.key.thumbprint, jwk: thief.jwk };
          const answer = { nonce, endpoint, exchange, jkt: stranger.key.thumbprint };
          json(response, { answer: await signed(header, answer, thief) });
        },
        'an endless body': (_, response) => {
          response.writeHead(200, { 'content-type': 'application/json' });
          const pour = () => {
            while (!response.destroyed && response.write(Buffer.alloc(65_536, ' ')));
          };
          response.on('drain', pour);
          pour();
        },
        'a slow drip': (_, response) => {
          response.writeHead(200, { 'content-type': 'application/json' });
          const timer = setInterval(() => response.write(' '), 100);
          response.on('close', () => {
            clearInterval(timer);
          });
        },
      };
      for (const [name, trap] of Object.entries(traps)) {
        challenge = trap;
        await refused(name, changed({}), 400, /challenge_failed/);
      }
      expect(evil.kept.filter(({ url }) => url.includes('stolen'))).toEqual([]);
    });

    it('with a document that it did not sign, or changed afterwards', async () => {
      const thief = await SigningKey.generate();
      await refused('of another key', changed({}, thief), 400, /document_refused/);
      const whose = world().evil.double;
      await refused('with another landlord’s key', changed({ jwk: whose.key.jwk }), 400, /document_refused/);
      const altered = async () => {
        const [head = '', , signature = ''] = (await stranger.enrolment()).split('.');
        return `${head}.${encoded({ region: 'harvard' })}.${signature}`;
      };
      await refused('altered', altered, 400, /document_refused/);
      const unsigned = async () => {
        const [, payload = ''] = (await stranger.enrolment()).split('.');
        return `${encoded({ alg: 'none', typ: 'ocx-enrolment+jwt' })}.${payload}.`;
      };
      await refused('unsigned', unsigned, 400, /document_refused/);
      await refused('of another type', () => stranger.key.sign('ocx-offer+jwt', {}), 400, /document_refused/);
      const yesterday = new Date(Date.now() - 86_400_000).toISOString();
      await refused('of yesterday', changed({ issued_at: yesterday }), 400, /document_stale/);
      const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
      await refused('of tomorrow', changed({ issued_at: tomorrow }), 400, /document_stale/);
      await refused('with more in it', changed({ landlord_id: world().idOf('harvard') }), 400, /document_refused/);
    });

    it('again, as what it is not', async () => {
      const { evil } = world();
      const own = await world().seen.operator.enrolmentCode('evil-again');
      const again = (change: Record<string, unknown>) => async () => enrol(await evil.double.enrolment(change), own);
      const expected = { status: [400, 409], reason: /already_enrolled|challenge_failed/ };
      await attempt(KIND, 'enrolled, under another region', again({ region: 'elsewhere' }), expected);
      await attempt(
        KIND,
        'enrolled, as another kind',
        again({ kind: 'storage', microversions: { min: '3.0', max: '3.70' } }),
        expected,
      );
      await attempt(
        KIND,
        'enrolled, at harvard’s endpoint',
        again({ endpoint: world().endpointOf('harvard') }),
        expected,
      );
      const stolen = async () => enrol(await stranger.enrolment(), own);
      await attempt(KIND, 'a code that another key has used', stolen, { status: 403, reason: /code_refused/ });
    });

    it('at harvard, which signs for nobody else', async () => {
      const ask = (body: object) => () =>
        world().send({
          method: 'POST',
          url: `${world().endpointOf('harvard')}/landlord/v1/challenge`,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ nonce: 'n'.repeat(32), ...body }),
        });
      const exchange = world().seen.urls.broker;
      const elsewhere = { endpoint: stranger.url, exchange };
      await attempt(KIND, 'a challenge passed on', ask(elsewhere), { status: 403, reason: /endpoint_mismatch/ });
      const other = { endpoint: world().endpointOf('harvard'), exchange: 'http://elsewhere.test' };
      await attempt(KIND, 'a challenge of another exchange', ask(other), { status: 403, reason: /exchange_mismatch/ });
    });
  });
}
