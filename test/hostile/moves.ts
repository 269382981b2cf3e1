import type { LandlordMove, SignedMove } from '@ocx/openstack-api/exchange/documents';
import { documentHash } from '@ocx/openstack-client/documents';
import { signMove } from '@ocx/openstack-client/landlord-move';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { attempt } from '@ocx/testing/attempts';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertion } from './calls.js';
import { claimsOf, encoded } from './forgery.js';
import { DEAF_PORT, MOVE_PORT, type World } from './world.js';

const KIND = 'a landlord that alters its move';

/** An enrolled landlord, who would like to be where, or who, another one is. */
export function moves(world: () => World): void {
  describe('a landlord that moves', () => {
    let last: { seq: number; sha256: string | null } = { seq: 0, sha256: null };
    let older: SignedMove;
    let former: SigningKey;
    let home: string;
    let thief: SigningKey;

    const next = (change: object = {}): LandlordMove => ({
      landlord_id: world().evil.id,
      exchange: world().seen.urls.broker,
      seq: last.seq + 1,
      prev: last.sha256,
      endpoint: world().evil.double.url,
      jwk: world().evil.double.key.jwk,
      issued_at: new Date().toISOString(),
      ...change,
    });
    const sign = (change: object = {}, key = world().evil.double.key, newKey?: SigningKey) =>
      signMove(next(change), key, newKey);
    const send = (signed: unknown, id = world().evil.id) =>
      world().send({
        method: 'POST',
        url: `${world().seen.urls.broker}/exchange/v1/landlords/${id}/moves`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(signed),
      });
    const refused = (name: string, signed: () => Promise<unknown>, status: number, reason: RegExp, id?: string) =>
      attempt(KIND, name, async () => send(await signed(), id), { status, reason });
    /** The landlord moves as an honest one does. */
    async function moved(to: { endpoint?: string; key?: SigningKey }): Promise<SignedMove> {
      const { double } = world().evil;
      const { endpoint, key } = to;
      const signed = await sign(
        { ...(endpoint ? { endpoint } : {}), ...(key ? { jwk: key.jwk } : {}) },
        double.key,
        key,
      );
      double.nextKey = key;
      const answer = await send(signed);
      expect(answer.status, answer.text).toBe(200);
      double.url = endpoint ?? double.url;
      double.key = key ?? double.key;
      double.nextKey = undefined;
      last = { seq: Number(claimsOf(signed.move)['seq']), sha256: documentHash(signed.move) };
      return signed;
    }

    beforeAll(async () => {
      const { double } = world().evil;
      thief = await SigningKey.generate();
      former = double.key;
      home = double.url;
      older = await moved({ endpoint: await double.listenAlso(MOVE_PORT) });
      await moved({ endpoint: home, key: await SigningKey.generate() });
      await world().remember();
    });
    afterAll(() => world().expectUnchanged());

    it('by the signature of somebody else', async () => {
      const { accomplice, evil } = world();
      const away = { endpoint: accomplice.double.url };
      await refused('signed by an accomplice', () => sign(away, accomplice.double.key), 400, /document_refused/);
      await refused('signed by a stranger', () => sign(away, thief), 400, /document_refused/);
      await refused('signed by its former key', () => sign(away, former), 400, /document_refused/);
      await refused(
        'signed by the new key alone',
        () => sign({ jwk: thief.jwk }, thief, thief),
        400,
        /document_refused/,
      );
      const unsigned = async () => {
        const [, payload = ''] = (await sign(away)).move.split('.');
        return {
          move: `${encoded({ alg: 'none', typ: 'ocx-move+jwt', kid: evil.double.key.thumbprint })}.${payload}.`,
        };
      };
      await refused('unsigned', unsigned, 400, /document_refused/);
      const altered = async () => {
        const [head = '', , signature = ''] = (await sign(away)).move.split('.');
        return { move: `${head}.${encoded(next({ endpoint: home }))}.${signature}` };
      };
      await refused('altered', altered, 400, /document_refused/);
      const other = async () => ({ move: await evil.double.key.sign('ocx-enrolment+jwt', next(away)) });
      await refused('of another type', other, 400, /document_refused/);
    });

    it('of another landlord', async () => {
      const harvard = world().idOf('harvard');
      const here = { landlord_id: harvard, endpoint: home };
      await refused('harvard’s, signed by itself', () => sign(here), 400, /document_refused/, harvard);
      await refused('its own, sent as harvard’s', () => sign({ jwk: thief.jwk }), 400, /document_refused/, harvard);
      await refused('harvard’s, sent as its own', () => sign(here), 400, /document_refused/);
      const nobody = `landlord-${'0'.repeat(32)}`;
      await refused('nobody’s', () => sign({ landlord_id: nobody }), 404, /could not be found/, nobody);
    });

    it('to a key that did not agree, or is somebody’s', async () => {
      const { accomplice } = world();
      const to = { jwk: thief.jwk };
      await refused('a new key that has not signed', () => sign(to), 400, /consent_refused/);
      const signer = accomplice.double.key;
      await refused(
        'a new key for which another one signed',
        () => sign(to, undefined, signer),
        400,
        /consent_refused/,
      );
      const consent = async () => ({
        ...(await sign(to)),
        consent: (await sign({ ...to, endpoint: `${home}/elsewhere` }, undefined, thief)).consent,
      });
      await refused('a new key that agreed to another move', consent, 400, /consent_refused/);
      const shared = () => sign({ jwk: signer.jwk }, undefined, signer);
      await refused('the key of an accomplice, who agrees', shared, 409, /key_taken/);
      await refused('the key that it gave up', () => sign({ jwk: former.jwk }, undefined, former), 409, /key_taken/);
    });

    it('again, or in another order', async () => {
      await refused('an older move', () => Promise.resolve(older), 409, /move_replayed/);
      await refused('an older number', () => sign({ seq: 1, prev: null }), 409, /move_replayed/);
      await refused('a later number', () => sign({ seq: last.seq + 2 }), 409, /move_out_of_order/);
      await refused('after nothing', () => sign({ prev: null }), 409, /move_out_of_order/);
      const after = { prev: documentHash(older.move) };
      await refused('after an older one', () => sign(after), 409, /move_out_of_order/);
      const yesterday = new Date(Date.now() - 86_400_000).toISOString();
      await refused(
        'of yesterday',
        () => sign({ issued_at: yesterday, jwk: thief.jwk }, undefined, thief),
        400,
        /stale/,
      );
      const elsewhere = { exchange: 'http://elsewhere.test', endpoint: `${home}/x` };
      await refused('at another exchange', () => sign(elsewhere), 400, /another exchange/);
      await refused('to where it is', () => sign(), 409, /move_changes_nothing/);
    });

    it.each([{ region: 'harvard' }, { name: 'harvard' }, { kind: 'storage' }, { id: 'harvard' }])(
      'to become somebody else: %j',
      async (change) => {
        const [what = ''] = Object.keys(change);
        const signed = () => sign({ ...change, endpoint: `${home}/x` });
        await refused(`a move of its ${what}`, signed, 400, /document_refused .*Unrecognized key|Unrecognized key/);
      },
    );

    it.each([
      'http://127.0.0.1:5000',
      'http://localhost',
      'http://127.1:80',
      'http://2130706433',
      'http://0.0.0.0:80',
      'http://[::1]',
      'http://[::ffff:127.0.0.1]:80',
      'http://169.254.169.254',
      'http://169.254.169.254/latest/meta-data',
      'http://[fe80::1]',
      'http://[fd00::1]',
      'http://10.0.0.1',
      'http://192.168.0.1',
      'http://100.64.0.1',
      'http://[64:ff9b::7f00:1]',
    ])('to %s', (endpoint) => refused(`to ${endpoint}`, () => sign({ endpoint }), 400, /endpoint_refused/));

    it('to the exchange’s own ports, or to what is no plain address', async () => {
      const { identity, broker, objects } = world().seen.urls;
      const own = [identity.replace('/v3', ''), broker, objects, `http://127.0.0.1:${String(world().ports.postgres)}`];
      const forms = [`http://broker:secret@127.0.0.1:${String(MOVE_PORT)}`, `${home}?next=http://169.254.169.254`];
      for (const endpoint of [...own, ...forms]) {
        await refused(`to ${endpoint}`, () => sign({ endpoint }), 400, /endpoint_refused/);
      }
    });

    it('to the address of another landlord, or where it does not answer', async () => {
      const { evil, accomplice } = world();
      for (const name of ['harvard', 'granite'] as const) {
        const endpoint = world().endpointOf(name);
        await refused(`to the endpoint of ${name}`, () => sign({ endpoint }), 400, /challenge_failed/);
      }
      const shared = { endpoint: accomplice.double.url };
      await refused('to the endpoint of an accomplice', () => sign(shared), 400, /challenge_failed/);
      const deaf = { endpoint: `http://127.0.0.1:${String(DEAF_PORT)}` };
      await refused('to where nobody listens', () => sign(deaf), 400, /challenge_failed/);
      const away = { endpoint: `http://127.0.0.1:${String(MOVE_PORT)}` };
      const withoutKey = () => sign({ ...away, jwk: thief.jwk }, undefined, thief);
      await refused('with a key that does not answer there', withoutKey, 400, /challenge_failed/);
      const traps: Record<string, (response: ServerResponse) => void> = {
        'a redirect': (response) => void response.writeHead(307, { location: `${accomplice.double.url}/stolen` }).end(),
        HTML: (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>'),
        'a slow drip': (response) => {
          response.writeHead(200, { 'content-type': 'application/json' });
          const timer = setInterval(() => response.write(' '), 100);
          response.on('close', () => {
            clearInterval(timer);
          });
        },
      };
      for (const [name, trap] of Object.entries(traps)) {
        evil.answers(/challenge/, trap);
        await refused(`to ${name}`, () => sign(away), 400, /challenge_failed/);
      }
      evil.behaves();
      expect(accomplice.kept.filter(({ url }) => url.includes('stolen'))).toEqual([]);
    });

    it('at identity, past the broker, or by the broker alone', async () => {
      const { evil } = world();
      const harvard = world().idOf('harvard');
      const at = (id: string) => `${world().identityUrl}/v3/OS-OCX/landlords/${id}`;
      const as = async (client: string, key: SigningKey, method: string, url: string, body: unknown) =>
        world().send({
          method,
          url,
          headers: {
            authorization: `Bearer ${await assertion(world(), client, key)}`,
            'content-type': 'application/json',
          },
          body: JSON.stringify(body),
        });
      const own = async () =>
        as(evil.id, evil.double.key, 'POST', `${at(evil.id)}/moves`, await sign({ endpoint: `${home}/x` }));
      await attempt(KIND, 'its own move, at identity', own, {
        status: 403,
        reason: /not authorized|Forbidden|perform/i,
      });
      const about = { name: 'harvard', kind: 'compute', region: 'harvard', endpoint: home, jwk: thief.jwk };
      const put = () => as('broker', world().brokerKey, 'PUT', at(harvard), about);
      await attempt(KIND, 'harvard’s key, by a stolen broker', put, { status: 409, reason: /present key has signed/ });
      const forged = async () =>
        as('broker', world().brokerKey, 'POST', `${at(harvard)}/moves`, await sign({ landlord_id: harvard }, thief));
      await attempt(KIND, 'harvard’s move, by a stolen broker', forged, { status: 400, reason: /document_refused/ });
    });

    it('by an enrolment document instead', async () => {
      const code = await world().seen.operator.enrolmentCode('evil-moves');
      const enrolment = await world().evil.double.enrolment({ endpoint: `http://127.0.0.1:${String(MOVE_PORT)}` });
      const again = () =>
        world().send({
          method: 'POST',
          url: `${world().seen.urls.broker}/exchange/v1/landlords`,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ code, enrolment }),
        });
      await attempt(KIND, 'an enrolment at another endpoint', again, { status: 409, reason: /already_enrolled/ });
    });
  });
}
