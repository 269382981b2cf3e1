import type { LandlordName } from '@ocx/local-exchange/layout';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { attempt } from '@ocx/testing/attempts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encoded, headerOf, now, proof, signed } from './forgery.js';
import type { World } from './world.js';

const KIND = 'DPoP proofs';

/** A landlord token that is good, with a proof that is not: at a compute and at a storage landlord. */
export function proofs(world: () => World): void {
  describe.each(['harvard', 'granite'] as const)('a good token at %s', (landlord) => {
    let token: string;
    let thief: SigningKey;
    let path: string;

    beforeAll(async () => {
      token = await world().tokenFor(landlord);
      thief = await SigningKey.generate();
      path = landlord === 'harvard' ? '/v2.1/servers' : `/v3/${world().victim.session.projectId}/volumes`;
      await world().remember();
    });
    afterAll(() => world().expectUnchanged());

    const at = (name: LandlordName = landlord) => `${world().endpointOf(name)}${path}`;
    const good = (header: object = {}, payload: object = {}, key = world().brokerKey) =>
      proof(key, { method: 'GET', url: at(), token }, header, payload);
    const use = (dpop?: string | string[], headers: object = {}, request: { method?: string; path?: string } = {}) =>
      world().send({
        url: at(),
        ...request,
        headers: { authorization: `DPoP ${token}`, ...(dpop === undefined ? {} : { dpop }), ...headers },
      });
    const refused = async (name: string, answer: () => ReturnType<typeof use>, reason: RegExp) =>
      attempt(KIND, `${name}, at ${landlord}`, answer, { status: 401, reason });

    it('works with a proof of the broker: the control of all that follows', async () => {
      expect((await use(await good())).status).toBe(200);
    });

    it('is worthless without a proof, with two, or as another kind of token', async () => {
      await refused('no proof', () => use(), /no single proof/);
      await refused('an empty proof', () => use(''), /malformed|no single proof/);
      const two = [await good(), await good()];
      await refused('two proofs', () => use(two), /the signature does not verify/);
      const headers = (authorization: string) => ({ authorization });
      const fresh = await good();
      await refused('as a bearer', () => use(fresh, headers(`Bearer ${token}`)), /no bound token/);
      const asKeystone = { authorization: [], 'x-auth-token': token };
      await refused('as X-Auth-Token', () => use(fresh, asKeystone), /no bound token/);
    });

    it('is worthless with a proof that was used before', async () => {
      const once = await good();
      expect((await use(once)).status).toBe(200);
      await refused('replayed', () => use(once), /used before/);
      const together = await good();
      const answers = await Promise.all(Array.from({ length: 8 }, () => use(together)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      for (const answer of answers.filter(({ status }) => status !== 200)) {
        await refused('replayed at the same time', () => Promise.resolve(answer), /used before/);
      }
      const [head, payload] = (await good()).split('.');
      const jti = { jti: 'one-for-all-of-them' };
      expect((await use(await good({}, jti))).status).toBe(200);
      await refused('signed again with the same id', async () => use(await good({}, jti)), /used before/);
      await refused('cut off', () => use(`${head ?? ''}.${payload ?? ''}`), /malformed|signature/);
    });

    it('is worthless for another method', async () => {
      for (const htm of ['POST', 'get', 'GET ', '', undefined, ['GET']]) {
        await refused(`for ${JSON.stringify(htm)}`, async () => use(await good({}, { htm })), /another method/);
      }
      await refused('used for POST', async () => use(await good(), {}, { method: 'POST' }), /another method/);
    });

    it('is worthless for another URL, however alike', async () => {
      const { host, port } = new URL(at());
      const other = landlord === 'harvard' ? 'mit' : 'bluestone';
      const alike = [
        at(other),
        `${at()}/`,
        `${at()}?all=1`,
        `${at()}#`,
        at().replace('http:', 'https:'),
        at().replace('http:', 'HTTP:'),
        at().replace('127.0.0.1', 'localhost'),
        at().replace('127.0.0.1', '127.1'),
        at().replace('127.0.0.1', '2130706433'),
        at().replace('127.0.0.1', '127.0.0.1.'),
        at().replace('127.0.0.1', 'broker@127.0.0.1'),
        at().replace(`:${port}`, `:0${port}`),
        at().replace(host, `${host}/`),
        at().replace(path, `/x/..${path}`),
        at().replace(path, `/.${path}`),
        at().replace(/.$/, (last) => `%${last.charCodeAt(0).toString(16)}`),
        at().toUpperCase(),
        path,
        '',
      ];
      for (const htu of alike) {
        await refused(`for ${htu}`, async () => use(await good({}, { htu })), /another URL/);
      }
    });

    it('is worthless where the request says that it went elsewhere', async () => {
      const { evil } = world();
      const elsewhere = `${evil.double.url}${path}`;
      const forwarded = [
        { host: evil.double.host },
        { 'x-forwarded-host': evil.double.host },
        { forwarded: `host=${evil.double.host};proto=http` },
        { 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' },
        { 'x-original-url': elsewhere, 'x-rewrite-url': elsewhere },
      ];
      for (const headers of forwarded) {
        const name = `made for elsewhere, with ${Object.keys(headers).join(' and ')}`;
        await refused(name, async () => use(await good({}, { htu: elsewhere }), headers), /another URL/);
      }
      const escaped = path.replace(/.$/, (last) => `%${last.charCodeAt(0).toString(16)}`);
      for (const sent of [escaped, `/${path}`, `${path}/`, path.replace('/v', '/./v')]) {
        await attempt(KIND, `sent to ${sent}`, async () => use(await good(), {}, { path: sent }), {
          status: [401, 404],
          reason: /another URL|could not be found/,
        });
      }
    });

    it('is worthless with a proof that is old, from the future, or of no time', async () => {
      for (const iat of [now() - 40, now() + 40, 0, undefined, now() * 1000]) {
        await refused(`made at ${String(iat)}`, async () => use(await good({}, { iat })), /too old or too new/);
      }
      await refused('of a time in words', async () => use(await good({}, { iat: 'now' })), /signature|too old/);
      const over = { exp: now() - 60 };
      await refused('that has expired', async () => use(await good({}, over)), /signature|too old/);
    });

    it('is worthless with a proof of another key, or of none', async () => {
      const { brokerKey, evil } = world();
      await refused('of a thief', async () => use(await good({}, {}, thief)), /another key/);
      await refused('of an enrolled landlord', async () => use(await good({}, {}, evil.double.key)), /another key/);
      const posing = { jwk: brokerKey.jwk };
      await refused(
        'of a thief who shows the broker’s key',
        async () => use(await good(posing, {}, thief)),
        /signature/,
      );
      for (const jwk of [undefined, {}, { kty: 'oct', k: 'c2VjcmV0' }, { ...brokerKey.jwk, x: 'short' }]) {
        await refused(
          `with the key ${JSON.stringify(jwk)}`,
          async () => use(await good({ jwk })),
          /no usable key|malformed/,
        );
      }
      const withSecret = { jwk: { ...thief.jwk, d: 'c2VjcmV0' } };
      await refused('with a private key', async () => use(await good(withSecret, {}, thief)), /private key/);
      const named = { jwk: undefined, kid: brokerKey.thumbprint };
      await refused('with a key’s name only', async () => use(await good(named)), /no usable key/);
    });

    it('is worthless with what is no proof', async () => {
      const { brokerKey } = world();
      for (const alg of ['none', 'HS256', 'RS256', 'EdDSA']) {
        await refused(`of ${alg}`, async () => use(await good({ alg })), /not a DPoP proof/);
      }
      for (const typ of ['JWT', 'at+jwt', undefined]) {
        await refused(`of type ${String(typ)}`, async () => use(await good({ typ })), /not a DPoP proof/);
      }
      await refused('the token itself', () => use(token), /not a DPoP proof/);
      const offer = signed({ alg: 'ES256', kid: brokerKey.thumbprint, typ: 'ocx-lease+jwt' }, { id: 'x' }, brokerKey);
      await refused('another document of the broker', async () => use(await offer), /not a DPoP proof/);
      await refused('nothing like it', () => use('garbage'), /malformed/);
      await refused('too long', async () => use(await good({}, { more: 'x'.repeat(5000) })), /too long/);
      await refused('with a demand', async () => use(await good({ crit: ['ocx'], ocx: 1 })), /signature/);
      const [head = '', , signature = ''] = (await good()).split('.');
      await refused('altered', () => use(`${head}.${encoded({ htm: 'GET' })}.${signature}`), /signature/);
      for (const jti of [undefined, '', 'short', 'x'.repeat(129), 7]) {
        await refused(
          `with the id ${String(jti).slice(0, 9)}`,
          async () => use(await good({}, { jti })),
          /no usable jti|signature/,
        );
      }
    });

    it('is worthless with a proof for another token', async () => {
      const other = await world().tokenFor(landlord, world().mallory);
      const forOther = await proof(world().brokerKey, { method: 'GET', url: at(), token: other });
      await refused('for another token', () => use(forOther), /another token/);
      await refused('for none', async () => use(await good({}, { ath: undefined })), /another token/);
      expect(headerOf(token)['alg']).toBe('ES256');
    });
  });
}
