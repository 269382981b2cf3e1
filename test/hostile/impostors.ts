import { attempt } from '@ocx/testing/attempts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asLandlord, assertion } from './calls.js';
import type { EvilLandlord } from './evil-landlord.js';
import { now } from './forgery.js';
import type { World } from './world.js';

const KIND = 'a landlord that poses as another party';

/** What identity knows a party by is its key: an assertion says a name, and the key must be that name's. */
export function impostors(world: () => World): void {
  describe('a landlord at identity', () => {
    beforeAll(() => world().remember());
    afterAll(() => world().expectUnchanged());

    const of = ({ id, double }: EvilLandlord, change: object = {}) => assertion(world(), id, double.key, change);

    it('poses as a party with assertions old and new', async () => {
      const { evil, accomplice } = world();
      const feed = { grant_type: 'client_credentials', resource: world().idOf('harvard') };
      const refused = async (name: string, client_assertion: string, reason: RegExp) =>
        attempt(KIND, name, () => asLandlord(world(), evil, 'token', { ...feed, client_assertion }), {
          status: 401,
          reason,
        });
      const once = await of(evil);
      expect((await asLandlord(world(), evil, 'introspect', { token: 'x', client_assertion: once })).status).toBe(200);
      await refused('an assertion, used again', once, /invalid_client.*used before/);
      for (const id of ['broker', world().idOf('harvard'), accomplice.id]) {
        await refused(
          `an assertion that says ${id}`,
          await of(evil, { iss: id, sub: id }),
          /signature verification failed/,
        );
      }
      await refused('an assertion of nobody', await of(evil, { iss: 'nobody', sub: 'nobody' }), /names no party/);
      await refused('an assertion with another subject', await of(evil, { sub: 'broker' }), /unexpected "sub"/);
      const elsewhere = accomplice.double.url;
      await refused('an assertion made for an accomplice', await of(evil, { aud: elsewhere }), /unexpected "aud"/);
      const both = { aud: [world().seen.urls.identity, elsewhere] };
      await refused('an assertion for two', await of(evil, both), /more than one audience/);
      await refused('an assertion for an hour', await of(evil, { exp: now() + 3600 }), /lives too long/);
      await refused('an assertion of yesterday', await of(evil, { exp: now() - 3600 }), /"exp" claim/);
      await refused(
        'a token as an assertion',
        evil.loot(/^GET \/landlord\/v1\/(offers|events)/).token,
        /names no party/,
      );
    });

    it('does the broker’s work at identity', async () => {
      const { evil, accomplice } = world();
      const { urls } = world().seen;
      const json = (body: object) => ({ body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
      const landlord = {
        name: 'evil',
        kind: 'compute',
        region: 'evil',
        endpoint: evil.double.url,
        jwk: evil.double.key.jwk,
      };
      const calls = [
        [
          'PUT',
          `/OS-OCX/landlords/${world().idOf('harvard')}`,
          json({ ...landlord, name: 'harvard', region: 'harvard' }),
        ],
        ['DELETE', `/OS-OCX/landlords/${world().idOf('harvard')}`, {}],
        [
          'PUT',
          '/OS-OCX/regions/harvard',
          json({ description: '', endpoints: [{ type: 'compute', name: 'x', url: evil.double.url }] }),
        ],
        ['DELETE', '/OS-OCX/regions/harvard', {}],
        ['GET', '/OS-OCX/revocations', {}],
      ] as const;
      for (const party of [evil, accomplice]) {
        for (const [method, path, rest] of calls) {
          const call = async () => {
            const headers = {
              ...('headers' in rest ? rest.headers : {}),
              authorization: `Bearer ${await of(party)}`,
            };
            return world().send({ method, url: `${urls.identity}${path}`, ...rest, headers });
          };
          await attempt(KIND, `${method} ${path} by ${party.name}`, call, {
            status: 403,
            reason: /Forbidden|not authorized|Policy/,
          });
        }
      }
      const code = { code: 'guessed-code-of-the-broker', client_id: 'broker', jwk: evil.double.key.jwk };
      const enrol = () => world().send({ method: 'POST', url: `${urls.identity}/OS-OCX/clients`, ...json(code) });
      await attempt(KIND, 'enrolling as the broker', enrol, { status: 403, reason: /code/ });
    });
  });
}
