import { join } from 'node:path';
import { HttpClient } from '@ocx/openstack-client/http';
import { IdentityClient } from '@ocx/openstack-client/identity-client';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CarelessTenant } from './careless-tenant.js';
import { FORMS, type Form } from './fault-forms.js';
import { type RawRequest, send } from './raw-http.js';

const HOUR = 3600;
const MIB = 1024 * 1024;

/** Somebody who would like to be a tenant: refused everywhere in each API’s own words, and nothing comes of it. */
describe('without a right to', () => {
  let careless: CarelessTenant;

  beforeAll(async () => {
    careless = await CarelessTenant.create();
  });
  afterAll(() => careless.giveBack());

  describe('a login', () => {
    const login = (name: string, password: string) => ({
      method: 'POST',
      url: careless.identity('/auth/tokens'),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        auth: {
          identity: { methods: ['password'], password: { user: { name, domain: { id: 'default' }, password } } },
        },
      }),
    });

    it('with a wrong password is refused in the same words as one of nobody', async () => {
      const wrong = await send(login(careless.member.userName, 'not the password'));
      const nobody = await send(login('nobody-at-all', 'not the password'));
      for (const answer of [wrong, nobody]) {
        expect(answer.status).toBe(401);
        expect(answer.headers['x-subject-token']).toBeUndefined();
        expect(FORMS.keystone(answer, 401)).toBe('The request you have made requires authentication.');
      }
      expect(wrong.text).toBe(nobody.text);
    });

    it('that is malformed, of the wrong shape, or too large is refused', async () => {
      const url = careless.identity('/auth/tokens');
      const headers = { 'content-type': 'application/json' };
      const refusal = async (body: string, status: number) => {
        const answer = await send({ method: 'POST', url, headers, body });
        expect(answer.status).toBe(status);
        FORMS.keystone(answer, status);
      };
      await refusal('{"auth":', 400);
      await refusal('{"auth": {"identity": {"methods": "password"}}}', 400);
      await refusal('[]', 400);
      await refusal(JSON.stringify({ auth: 'x'.repeat(MIB) }), 413);
    });
  });

  describe('a token', () => {
    const parts = () => careless.token.split('.') as [string, string, string];
    const claims = () => JSON.parse(Buffer.from(parts()[1], 'base64url').toString()) as Record<string, unknown>;
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const identityKey = () =>
      SigningKey.load(join(careless.exchange.directory, 'identity', 'signing-keys', '0001.jwk'));
    /** Control: the real key signs what is accepted, so that what is refused below is refused for its own reason. */
    const now = () => Math.floor(Date.now() / 1000);

    async function everywhere(token: string): Promise<number[]> {
      const calls: [Form, RawRequest][] = [
        ['keystone', { url: careless.identity('/auth/projects') }],
        ['keystone', { url: careless.nova('/servers/detail') }],
        ['keystone', { method: 'POST', url: careless.nova('/servers'), body: JSON.stringify(careless.server().json) }],
        ['keystone', { url: careless.cinder('/volumes') }],
        [
          'keystone',
          { method: 'POST', url: careless.cinder('/volumes'), body: JSON.stringify(careless.volume().json) },
        ],
        ['keystone', { url: careless.glance('/images') }],
        ['swift', { url: careless.swift('/kept/object') }],
        ['swift', { method: 'DELETE', url: careless.swift('/kept/object') }],
        ['problem', { url: careless.market('/leases') }],
      ];
      const headers = { 'x-auth-token': token, 'content-type': 'application/json' };
      const statuses: number[] = [];
      for (const [form, call] of calls.filter(([, { method }]) => token !== careless.token || method === undefined)) {
        const answer = await send({ ...call, headers });
        if (answer.status === 401) FORMS[form](answer, 401);
        statuses.push(answer.status);
      }
      return [...new Set(statuses)];
    }

    it('that is good opens everything, also when it is signed anew with identity’s key', async () => {
      expect(await everywhere(careless.token)).toEqual([200]);
      const again = await (await identityKey()).sign('at+jwt', { ...claims(), exp: now() + HOUR });
      const answer = await send({ url: careless.nova('/servers'), headers: { 'x-auth-token': again } });
      expect(answer.status).toBe(200);
    });

    it.each<[string, () => Promise<string> | string]>([
      ['is missing', () => ''],
      ['is no token', () => 'gAAAAAB-not-a-token'],
      [
        'expired',
        async () => (await identityKey()).sign('at+jwt', { ...claims(), iat: now() - 2 * HOUR, exp: now() - HOUR }),
      ],
      [
        'is for another audience',
        async () => (await identityKey()).sign('at+jwt', { ...claims(), aud: ['ocx:elsewhere'] }),
      ],
      [
        'is for two audiences',
        async () => (await identityKey()).sign('at+jwt', { ...claims(), aud: ['ocx:exchange', 'other'] }),
      ],
      [
        'is of another issuer',
        async () => (await identityKey()).sign('at+jwt', { ...claims(), iss: 'http://127.0.0.1:1/v3' }),
      ],
      ['is of another type', async () => (await identityKey()).sign('ocx-lease+jwt', claims())],
      ['is forged with another key', async () => (await SigningKey.generate()).sign('at+jwt', claims())],
      [
        'has more roles than were signed',
        () => [parts()[0], encoded({ ...claims(), roles: [{ id: 'x', name: 'admin' }] }), parts()[2]].join('.'),
      ],
      ['says that it needs no signature', () => `${encoded({ alg: 'none', typ: 'at+jwt' })}.${parts()[1]}.`],
      [
        'says that it needs none, with the key’s name',
        () => {
          const header = JSON.parse(Buffer.from(parts()[0], 'base64url').toString()) as object;
          return `${encoded({ ...header, alg: 'none' })}.${parts()[1]}.${parts()[2]}`;
        },
      ],
      ['is larger than any', () => 'x'.repeat(17_000)],
    ])('that %s opens nothing and changes nothing', async (_, make) => {
      const token = await make();
      // Node itself refuses a header that large, in HTTP's own form.
      const statuses = token.length > 16_384 ? [await tooLarge(token)] : await everywhere(token);
      expect(statuses).toEqual([token.length > 16_384 ? 431 : 401]);
      await careless.expectUnchanged();
    });

    const tooLarge = async (token: string) =>
      (await send({ url: careless.nova('/servers'), headers: { 'x-auth-token': token } })).status;

    it('that was made for a landlord is none for identity and broker', async () => {
      const key = await SigningKey.load(join(careless.exchange.directory, 'broker', 'keys', 'broker.jwk'));
      const identityUrl = careless.exchange.urls.identity.replace(/\/v3$/, '');
      const options = {
        identityUrl,
        issuer: careless.exchange.urls.identity,
        clientId: 'broker',
        key,
        http: new HttpClient(),
      };
      const Landlords = z.object({ landlords: z.array(z.object({ id: z.string(), name: z.string() })) });
      const { landlords } = await careless.member.session.get(Landlords, careless.market('/landlords'));
      const resource = landlords.find(({ name }) => name === 'harvard')?.id ?? '';
      const access = { actions: ['read' as const] };
      const { token } = await new IdentityClient(options).exchange({
        subjectToken: careless.token,
        resource,
        access,
      });
      expect(await everywhere(token)).toEqual([401]);
    });

    it('that was revoked is refused at once', async () => {
      const other = await careless.exchange.newTenant('revoked');
      const headers = { 'x-auth-token': other.session.token, 'x-subject-token': other.session.token };
      expect((await send({ method: 'DELETE', url: careless.identity('/auth/tokens'), headers })).status).toBe(204);
      expect((await send({ url: careless.identity('/auth/projects'), headers })).status).toBe(401);
      await expect
        .poll(async () => (await send({ url: careless.nova('/servers'), headers })).status, { timeout: 20_000 })
        .toBe(401);
    });
  });
});
