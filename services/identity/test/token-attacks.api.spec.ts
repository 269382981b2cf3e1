import path from 'node:path';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { decodeJwt, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IdentityProcess, passwordOf } from './identity-process.js';

let identity: IdentityProcess;
let key: SigningKey;
let claims: JWTPayload;

beforeAll(async () => {
  identity = await IdentityProcess.start();
  // Identity's own key: what these tokens lack is not the signature.
  key = await SigningKey.load(path.join(identity.installation.directory, 'data', 'signing-keys', '0001.jwk'));
  claims = decodeJwt(identity.adminToken);
});
afterAll(() => identity.stop());

const now = () => Math.floor(Date.now() / 1000);

describe('a token that identity signed', () => {
  it('works when nothing is wrong with it', async () => {
    const token = await key.sign('at+jwt', claims);
    expect((await identity.call('GET', '/v3/auth/projects', { token })).status).toBe(200);
  });

  const wrong: Record<string, () => [string, JWTPayload]> = {
    'that has expired': () => ['at+jwt', { ...claims, iat: now() - 7200, exp: now() - 3600 }],
    'without expiry': () => ['at+jwt', { ...claims, exp: undefined }],
    'for a landlord': () => ['at+jwt', { ...claims, aud: `landlord-${'a'.repeat(32)}` }],
    'for a lease grant': () => ['at+jwt', { ...claims, aud: 'ocx:lease-grant' }],
    'for the exchange and somebody else': () => ['at+jwt', { ...claims, aud: ['ocx:exchange', 'elsewhere'] }],
    'for nobody': () => ['at+jwt', { ...claims, aud: undefined }],
    'of another issuer': () => ['at+jwt', { ...claims, iss: 'http://elsewhere.test/v3' }],
    'of another type': () => ['JWT', claims],
    'of the type of a grant': () => ['ocx-lease-grant+jwt', claims],
    'that starts in the future': () => ['at+jwt', { ...claims, nbf: now() + 3600 }],
    'without roles’ shape': () => ['at+jwt', { ...claims, roles: 'admin' }],
  };

  it.each(Object.entries(wrong))('is refused: one %s', async (_, make) => {
    const token = await key.sign(...make());
    const used = await identity.call('GET', '/v3/auth/projects', { token });
    expect(used.status).toBe(401);
    expect(used.body.error).toMatchObject({ code: 401, title: 'Unauthorized' });
    const rescoped = await identity.authenticate({ methods: ['token'], token: { id: token } });
    expect(rescoped.status).toBe(404);
    const headers = { 'x-subject-token': token };
    const shown = await identity.call('GET', '/v3/auth/tokens', { token: identity.adminToken, headers });
    expect(shown.status).toBe(404);
  });
});

describe('a short life, by configuration', () => {
  it('stands in the token and in its body', async () => {
    const brief = await IdentityProcess.start({ OCX_TOKEN_LIFETIME_SECONDS: '60' });
    const { exp = 0, iat = 0 } = decodeJwt(brief.adminToken);
    expect(exp - iat).toBe(60);
    await brief.stop();
  });
});

describe('a storm of logins', () => {
  it('is refused beyond a bound with a time to come back, and starves nobody who has a token', async () => {
    const storm = Promise.all(Array.from({ length: 200 }, () => identity.authenticate(passwordOf('admin', 'wrong'))));
    for (let calls = 0; calls < 20; calls += 1) {
      const answer = await identity.call('GET', '/v3/auth/projects', { token: identity.adminToken });
      expect(answer.status).toBe(200);
    }
    const answers = await storm;
    const statuses = answers.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([401, 503]));
    const refused = answers.find(({ status }) => status === 503);
    expect(refused?.headers.get('retry-after')).toBe('2');
    expect(refused?.body.error).toMatchObject({ code: 503, title: 'Service Unavailable' });
    expect((await identity.authenticate(passwordOf('admin', identity.adminPassword))).status).toBe(201);
  });
});
