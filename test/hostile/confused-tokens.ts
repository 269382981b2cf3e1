import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto';
import { join } from 'node:path';
import type { LandlordName } from '@ocx/local-exchange/layout';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { attempt } from '@ocx/testing/attempts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimsOf, encoded, headerOf, now, proof, signed } from './forgery.js';
import type { World } from './world.js';

const KIND = 'JWT confusions';

interface Target {
  readonly name: string;
  /** A token as identity would sign it for this service. */
  readonly genuine: () => Promise<string>;
  readonly use: (token: string) => Promise<{ status: number; reason: string }>;
}

/** Tokens that say of themselves how they are to be believed, at each service that takes any. */
export function confusedTokens(world: () => World): void {
  describe('a token that says how it is to be believed', () => {
    let issuer: SigningKey;
    let thief: SigningKey;
    let targets: Target[];

    beforeAll(async () => {
      const { exchange, seen, victim } = world();
      issuer = await SigningKey.load(join(exchange.state.root, 'identity', 'signing-keys', '0001.jwk'));
      thief = await SigningKey.generate();
      await world().remember();
      const atExchange = (name: string, url: string): Target => ({
        name,
        genuine: () => Promise.resolve(victim.session.token),
        use: (token) => world().send({ url, headers: { 'x-auth-token': token } }),
      });
      // Bound to the thief's key: what would be gained by a forgery.
      const atLandlord = (name: LandlordName, path: string): Target => ({
        name,
        genuine: async () => {
          const token = await world().tokenFor(name);
          return signed(headerOf(token), { ...claimsOf(token), cnf: { jkt: thief.thumbprint } }, issuer);
        },
        use: async (token) => {
          const url = `${world().endpointOf(name)}${path}`;
          const dpop = await proof(thief, { method: 'GET', url, token });
          return world().send({ url, headers: { authorization: `DPoP ${token}`, dpop } });
        },
      });
      targets = [
        atExchange('identity', `${seen.urls.identity}/auth/projects`),
        atExchange('the broker', `${seen.urls.broker}/exchange/v1/leases`),
        atLandlord('harvard', '/v2.1/servers'),
        atLandlord('granite', `/v3/${victim.session.projectId}/volumes`),
        atLandlord('bluestone', `/v1/AUTH_${victim.session.projectId}/kept`),
      ];
    });
    afterAll(() => world().expectUnchanged());

    const publicKeys = () => {
      const key = createPublicKey({ key: issuer.jwk as unknown as JsonWebKey, format: 'jwk' });
      const pem = key.export({ type: 'spki', format: 'pem' }) as string;
      return [pem, pem.trim(), JSON.stringify(issuer.jwk), issuer.jwk.x];
    };
    const hmac = (header: object, claims: object, secret: string) => {
      const input = `${encoded(header)}.${encoded(claims)}`;
      return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
    };
    const everywhere = async (
      name: string,
      forge: (
        header: Record<string, unknown>,
        claims: Record<string, unknown>,
        genuine: string,
      ) => Promise<string> | string,
      reason: RegExp,
    ) => {
      for (const { name: where, genuine, use } of targets) {
        const token = await genuine();
        const forged = await forge(headerOf(token), claimsOf(token), token);
        await attempt(KIND, `${name}, at ${where}`, () => use(forged), { status: 401, reason });
      }
    };
    const ALGORITHM = /"alg" \(Algorithm\) Header Parameter value not allowed/;
    const SIGNATURE = /signature verification failed/;
    const NO_KEY = /no applicable key found/;

    it('is believed when identity signed it: the control of all that follows', async () => {
      for (const { name, genuine, use } of targets) {
        const answer = await use(await genuine());
        expect([name, answer.status]).toEqual([name, 200]);
      }
    });

    it('needs no signature', async () => {
      for (const alg of ['none', 'None', 'nOnE']) {
        const bare = (header: object, claims: object) => `${encoded({ ...header, alg })}.${encoded(claims)}.`;
        await everywhere(`alg ${alg}`, bare, ALGORITHM);
      }
      const kept = (header: object, claims: object, genuine: string) =>
        `${encoded({ ...header, alg: 'none' })}.${encoded(claims)}.${genuine.split('.')[2] ?? ''}`;
      await everywhere('alg none with the signature left on', kept, ALGORITHM);
    });

    it('is signed with the public key as a secret', async () => {
      for (const [index, secret] of publicKeys().entries()) {
        const forged = (header: object, claims: object) => hmac({ ...header, alg: 'HS256' }, claims, secret);
        await everywhere(`HS256 with form ${String(index)} of the public key`, forged, ALGORITHM);
      }
    });

    it('brings its key along, or says where to fetch it', async () => {
      const { evil } = world();
      const asked: string[] = [];
      evil.trap = (request) => {
        if (request.url?.startsWith('/keys') === true) asked.push(request.url);
        return false;
      };
      const keys = `${evil.double.url}/keys`;
      const own = { ...thief.jwk, kid: thief.thumbprint, alg: 'ES256', use: 'sig' };
      const extras = { jwk: own, jku: keys, x5u: keys, x5c: [encoded('certificate')] };
      for (const [name, value] of Object.entries(extras)) {
        const forged = (header: object, claims: object) => signed({ ...header, [name]: value }, claims, thief);
        await everywhere(`${name} under the name of identity’s key`, forged, SIGNATURE);
        const renamed = (header: object, claims: object) =>
          signed({ ...header, kid: thief.thumbprint, [name]: value }, claims, thief);
        await everywhere(`${name} under its own name`, renamed, NO_KEY);
      }
      evil.behaves();
      expect(asked).toEqual([]);
    });

    it('names a key that is none', async () => {
      const names = [
        '../../../../dev/null',
        "x' OR '1'='1",
        'http://127.0.0.1:1/key',
        '',
        '__proto__',
        'a'.repeat(2000),
      ];
      for (const kid of names) {
        const forged = (header: object, claims: object) => signed({ ...header, kid }, claims, thief);
        await everywhere(`kid ${kid.slice(0, 30)}`, forged, NO_KEY);
      }
    });

    it('is for two audiences', async () => {
      const forged = (header: object, claims: Record<string, unknown>) =>
        signed(header, { ...claims, aud: [claims['aud'], 'another'].flat() }, issuer);
      await everywhere('two audiences', forged, /more than one audience/);
    });

    it('holds another token', async () => {
      const inside = (header: object, _: object, genuine: string) => signed({ ...header, cty: 'JWT' }, genuine, thief);
      await everywhere('nested, signed by the thief', inside, SIGNATURE);
      const trusted = (header: object, _: object, genuine: string) =>
        signed({ ...header, cty: 'JWT' }, genuine, issuer);
      await everywhere('nested, signed by identity', trusted, /must be a top-level JSON object|JWT Claims Set/);
      const encrypted = (_: object, __: object, genuine: string) =>
        [encoded({ alg: 'dir', enc: 'A256GCM', cty: 'JWT' }), '', encoded('iv'), encoded(genuine), encoded('tag')].join(
          '.',
        );
      await everywhere('nested, encrypted', encrypted, /Invalid Compact JWS/);
      await everywhere('a fourth part', (_, __, genuine) => `${genuine}.${encoded('more')}`, /Invalid Compact JWS/);
    });

    it('was altered after it was signed, or has a signature of zeros', async () => {
      const widened = (header: object, claims: object, genuine: string) => {
        const more = { ...claims, roles: [{ id: 'x', name: 'admin' }], is_admin_project: true };
        return `${encoded(header)}.${encoded(more)}.${genuine.split('.')[2] ?? ''}`;
      };
      await everywhere('more roles', widened, SIGNATURE);
      const zeros = (header: object, claims: object) =>
        `${encoded(header)}.${encoded(claims)}.${Buffer.alloc(64).toString('base64url')}`;
      await everywhere('a signature of zeros', zeros, SIGNATURE);
      const another = (header: object, claims: object) => signed({ ...header, alg: 'EdDSA' }, claims, thief);
      await everywhere('another algorithm under the same key', another, NO_KEY);
    });

    it('asks for what nobody understands', async () => {
      for (const crit of [['exp'], ['b64'], ['ocx']]) {
        const forged = (header: object, claims: object) =>
          signed({ ...header, crit, b64: false, exp: now(), ocx: 1 }, claims, thief);
        await everywhere(`crit ${String(crit)}`, forged, /Extension Header Parameter|signature verification failed/);
      }
    });

    it('is of another type, issuer, or time', async () => {
      for (const typ of ['JWT', 'dpop+jwt', 'ocx-lease-grant+jwt', 'ocx-revoked-tokens+jwt']) {
        const forged = (header: object, claims: object) => signed({ ...header, typ }, claims, issuer);
        await everywhere(`of type ${typ}`, forged, /unexpected "typ"/);
      }
      const wrong: [string, object, RegExp][] = [
        ['another issuer', { iss: 'http://127.0.0.1:1/v3' }, /unexpected "iss"/],
        ['expired', { iat: now() - 600, exp: now() - 300 }, /"exp" claim timestamp check failed/],
        ['without an end', { exp: undefined }, /missing required "exp"/],
        ['not begun', { nbf: now() + 300 }, /"nbf" claim timestamp check failed/],
        ['for nobody', { aud: undefined }, /missing required "aud"|"aud"/],
        ['without an id', { jti: undefined }, /missing required "jti"/],
      ];
      for (const [name, change, reason] of wrong) {
        await everywhere(name, (header, claims) => signed(header, { ...claims, ...change }, issuer), reason);
      }
    });
  });
}
