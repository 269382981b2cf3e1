import { createHmac } from 'node:crypto';
import { createProof, ReplayCache } from '@ocx/openstack-client/dpop';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { FakeIdentity } from '@ocx/testing/fake-identity';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BackendUnavailable, Unauthenticated } from './errors.js';
import { remoteKeys } from './jwks.js';
import type { ServiceRequest } from './service-request.js';
import { ExchangeTokenVerifier, LandlordTokenVerifier } from './token-verifier.js';

const LANDLORD = `landlord-${'a'.repeat(32)}`;
const OTHER = `landlord-${'b'.repeat(32)}`;
const ENDPOINT = 'http://127.0.0.1:8801';
const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function request(headers: Record<string, string>, method = 'GET', path = '/v2.1/servers?limit=1'): ServiceRequest {
  return { headers, method, originalUrl: path, raw: { url: path } } as unknown as ServiceRequest;
}

describe('token verifiers', () => {
  let identity: FakeIdentity;
  let broker: SigningKey;
  let thief: SigningKey;
  beforeAll(async () => {
    identity = await FakeIdentity.start();
    broker = await SigningKey.generate();
    thief = await SigningKey.generate();
  });
  afterAll(() => identity.stop());

  const tampered = (token: string, change: object) => {
    const [header, payload, signature] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as object;
    return `${header!}.${b64({ ...claims, ...change })}.${signature!}`;
  };

  describe('of exchange tokens', () => {
    const verifier = () => new ExchangeTokenVerifier({ issuer: identity.issuer, keys: remoteKeys(identity.jwksUrl) });
    const verify = (token: string) => verifier().verify(request({ 'x-auth-token': token }));

    it('tell who is calling', async () => {
      const principal = await verify(await identity.exchangeToken());
      expect(principal).toMatchObject({ realm: 'exchange', systemScope: false });
      expect(principal.projectId).toBeDefined();
    });

    it('refuse a token that was altered, of another issuer’s key, without signature, or an HMAC over the public key', async () => {
      const good = await identity.exchangeToken();
      const claims = JSON.parse(Buffer.from(good.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;
      await expect(verify(tampered(good, { roles: [{ id: 'admin', name: 'admin' }] }))).rejects.toThrow(
        Unauthenticated,
      );
      const none = `${b64({ alg: 'none', typ: 'at+jwt' })}.${good.split('.')[1]!}.`;
      await expect(verify(none)).rejects.toThrow(Unauthenticated);
      const kid = (JSON.parse(Buffer.from(good.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid;
      const jwks = await (await fetch(identity.jwksUrl)).text();
      const head = b64({ alg: 'HS256', typ: 'at+jwt', kid });
      const mac = createHmac('sha256', jwks)
        .update(`${head}.${good.split('.')[1]!}`)
        .digest('base64url');
      await expect(verify(`${head}.${good.split('.')[1]!}.${mac}`)).rejects.toThrow(Unauthenticated);
      for (const header of [
        { kid },
        { kid: '../../etc/passwd' },
        { kid, jwk: { ...thief.jwk } },
        { kid, jku: 'http://127.0.0.1:1/' },
      ]) {
        const forged = await new SignJWT(claims)
          .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...header })
          .sign(thief.privateKey);
        await expect(verify(forged)).rejects.toThrow(Unauthenticated);
      }
      await expect(verify('x'.repeat(20_000))).rejects.toThrow(Unauthenticated);
    });

    it('check expiry also for a token that they know', async () => {
      const token = await identity.exchangeToken();
      const patient = verifier();
      await patient.verifyToken(token);
      const { vi } = await import('vitest');
      vi.useFakeTimers({ now: Date.now() + 2 * 86_400_000, toFake: ['Date'] });
      await expect(patient.verifyToken(token)).rejects.toThrow(Unauthenticated);
      vi.useRealTimers();
    });

    it('keep verifying with the keys they know while the issuer is down, and say so when they know none', async () => {
      const short = await FakeIdentity.start();
      const token = await short.exchangeToken();
      const known = new ExchangeTokenVerifier({ issuer: short.issuer, keys: remoteKeys(short.jwksUrl) });
      await known.verifyToken(token);
      const another = await short.exchangeToken();
      await short.stop();
      await expect(known.verifyToken(another)).resolves.toBeDefined();
      const ignorant = new ExchangeTokenVerifier({ issuer: short.issuer, keys: remoteKeys(short.jwksUrl) });
      await expect(ignorant.verifyToken(another)).rejects.toThrow(BackendUnavailable);
    });
  });

  describe('of landlord tokens', () => {
    const verifier = (landlordId = LANDLORD) =>
      new LandlordTokenVerifier({
        trust: () => ({ issuer: identity.issuer, keys: remoteKeys(identity.jwksUrl), landlordId, endpoint: ENDPOINT }),
        replay: new ReplayCache(),
      });
    const mint = (change: object = {}) =>
      identity.landlordToken({
        landlordId: LANDLORD,
        jkt: broker.thumbprint,
        access: { actions: ['read'] },
        ...change,
      });
    const signed = async (token: string, key = broker, url = `${ENDPOINT}/v2.1/servers`) =>
      request({
        authorization: `DPoP ${token}`,
        dpop: await createProof(key, { method: 'GET', url, accessToken: token }),
      });

    it('tell who is calling, through whom, and what is allowed', async () => {
      const principal = await verifier().verify(await signed(await mint()));
      expect(principal).toMatchObject({ realm: 'exchange', clientId: 'broker', keyThumbprint: broker.thumbprint });
      expect(principal.access?.actions).toEqual(['read']);
    });

    it('refuse a token for another landlord', async () => {
      await expect(verifier(OTHER).verify(await signed(await mint()))).rejects.toThrow(Unauthenticated);
    });

    it('refuse a stolen token: as a bearer, with another key, for another URL, or with a proof seen before', async () => {
      const token = await mint();
      const stolen: Record<string, string>[] = [
        { authorization: `Bearer ${token}` },
        { authorization: `DPoP ${token}` },
        { 'x-auth-token': token },
      ];
      for (const headers of stolen) {
        await expect(verifier().verify(request(headers))).rejects.toThrow(Unauthenticated);
      }
      await expect(verifier().verify(await signed(token, thief))).rejects.toThrow(Unauthenticated);
      await expect(verifier().verify(await signed(token, broker, 'http://other:1/v2.1/servers'))).rejects.toThrow(
        Unauthenticated,
      );
      const once = verifier();
      const proven = await signed(token);
      await once.verify(proven);
      await expect(once.verify(proven)).rejects.toThrow(Unauthenticated);
    });

    it('refuse a tenant’s exchange token, and one that lives too long', async () => {
      await expect(verifier().verify(await signed(await identity.exchangeToken()))).rejects.toThrow(Unauthenticated);
      await expect(verifier().verify(await signed(await mint({ expiresIn: 3600 })))).rejects.toThrow(Unauthenticated);
    });

    it('refuse everything before enrolment', async () => {
      const fresh = new LandlordTokenVerifier({ trust: () => undefined, replay: new ReplayCache() });
      await expect(fresh.verify(await signed(await mint()))).rejects.toThrow('not enrolled');
    });
  });
});
