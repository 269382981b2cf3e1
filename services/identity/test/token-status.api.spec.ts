import { randomUUID } from 'node:crypto';
import { LEASE_GRANT_TYPE } from '@ocx/openstack-api/exchange/tokens';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { decodeJwt, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExchangeParties, GRANITE, HARVARD } from './exchange-parties.js';
import { IdentityProcess } from './identity-process.js';

let identity: IdentityProcess;
let parties: ExchangeParties;
let tenant: { userId: string; token: string };

beforeAll(async () => {
  identity = await IdentityProcess.start();
  parties = await ExchangeParties.enrol(identity);
  tenant = await identity.member('tenant');
});
afterAll(() => identity.stop());

const reading = (token = tenant.token) => parties.exchanged(token, HARVARD, { actions: ['read'] });
const LEASE = { actions: ['end'], lease_id: randomUUID() };
const leaseGrant = () => parties.leaseGrant(tenant.token, HARVARD, LEASE);
const redeemed = (grant: string) => parties.exchanged(grant, HARVARD, LEASE, { subject_token_type: LEASE_GRANT_TYPE });
const introspected = async (clientId: string, token: string) => {
  const answer = await parties.post('introspect', clientId, { token });
  expect(answer.status).toBe(200);
  return answer.body as unknown;
};
const revoke = (clientId: string, token: string) => parties.post('revoke', clientId, { token });
const DEAD = { active: false };

describe('the metadata', () => {
  it('names the issuer of the tokens, and endpoints that are there', async () => {
    const { body, status } = await identity.call('GET', '/.well-known/oauth-authorization-server/v3');
    expect(status).toBe(200);
    expect(body.issuer).toBe(decodeJwt(tenant.token).iss);
    expect((await fetch(body.jwks_uri as string)).status).toBe(200);
    for (const name of ['token_endpoint', 'introspection_endpoint', 'revocation_endpoint']) {
      const refused = await fetch(body[name] as string, { method: 'POST', body: new URLSearchParams({ token: 'x' }) });
      expect([name, refused.status, await refused.json()]).toMatchObject([name, 401, { error: 'invalid_client' }]);
    }
  });
});

describe('introspection', () => {
  it('tells a landlord of a token for itself, and no other landlord', async () => {
    const token = await reading();
    const { aud, sub, exp, jti, act, cnf, authorization_details } = decodeJwt(token);
    const shown = { active: true, token_type: 'DPoP', aud, sub, exp, jti, act, cnf, authorization_details };
    expect(await introspected(HARVARD, token)).toMatchObject(shown);
    expect(await introspected('broker', token)).toMatchObject(shown);
    expect(await introspected(GRANITE, token)).toEqual(DEAD);
  });

  it('tells the broker alone of exchange tokens and lease grants', async () => {
    const grant = await leaseGrant();
    expect(await introspected('broker', tenant.token)).toMatchObject({ active: true, sub: tenant.userId });
    expect(await introspected('broker', grant)).toMatchObject({ active: true, aud: 'ocx:lease-grant' });
    for (const token of [tenant.token, grant]) expect(await introspected(HARVARD, token)).toEqual(DEAD);
  });

  it('tells nothing of what is forged, foreign, malformed or dead', async () => {
    const key = await SigningKey.generate();
    const forged = await new SignJWT(decodeJwt(await reading()))
      .setProtectedHeader({ alg: 'ES256', kid: key.thumbprint, typ: 'at+jwt' })
      .sign(key.privateKey);
    for (const token of ['x', 'a.b.c', forged, 'é'.repeat(100)]) {
      for (const asker of ['broker', HARVARD]) expect(await introspected(asker, token)).toEqual(DEAD);
    }
    const leaver = await identity.member('leaver');
    const minted = await reading(leaver.token);
    await identity.call('DELETE', '/v3/auth/tokens', {
      token: leaver.token,
      headers: { 'x-subject-token': leaver.token },
    });
    for (const token of [leaver.token, minted]) expect(await introspected('broker', token)).toEqual(DEAD);
  });

  it('is for enrolled parties, with one token', async () => {
    const stranger = await identity.call('POST', '/v3/OS-OAUTH2/introspect', { form: { token: tenant.token } });
    expect([stranger.status, stranger.body.error]).toEqual([401, 'invalid_client']);
    for (const form of [{}, { token: '' }, { token: 'x'.repeat(20_000) }]) {
      const answer = await parties.post('introspect', 'broker', form as Record<string, string>);
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
    }
  });
});

describe('revocation', () => {
  it('ends a landlord token, and its landlord is told', async () => {
    const [dead, alive] = [await reading(), await reading()];
    const { seq } = decodeJwt<{ seq: number }>(
      (await parties.asLandlord(HARVARD, '/v3/OS-OCX/revoked-tokens')).body.list as string,
    );
    expect((await revoke('broker', dead)).status).toBe(200);
    expect(await introspected(HARVARD, dead)).toEqual(DEAD);
    expect(await introspected(HARVARD, alive)).toMatchObject({ active: true });
    const told = await parties.asLandlord(HARVARD, `/v3/OS-OCX/revoked-tokens?after=${String(seq)}&wait=25`);
    const { revoked } = decodeJwt<{ revoked: { jti: string }[] }>(told.body.list as string);
    expect(revoked.map(({ jti }) => jti)).toContain(decodeJwt(dead).jti);
    expect(revoked.map(({ jti }) => jti)).not.toContain(decodeJwt(alive).jti);
  });

  it('ends a lease grant for good, with what was minted under it', async () => {
    const [grant, other] = [await leaseGrant(), await leaseGrant()];
    const minted = await redeemed(grant);
    expect((await revoke('broker', grant)).status).toBe(200);
    await expect(redeemed(grant)).rejects.toThrow('invalid_grant');
    expect(await introspected('broker', grant)).toEqual(DEAD);
    expect(await introspected(HARVARD, minted)).toEqual(DEAD);
    expect(await introspected(HARVARD, await redeemed(other))).toMatchObject({ active: true });
  });

  it('may be asked for again, and for what is no token', async () => {
    const token = await reading();
    for (const given of [token, token, 'x', 'a.b.c']) expect((await revoke('broker', given)).status).toBe(200);
  });

  it('is for the party alone that the token was issued to', async () => {
    const token = await reading();
    for (const [party, given] of [
      [HARVARD, token],
      [GRANITE, token],
      ['broker', tenant.token],
    ] as const) {
      const answer = await revoke(party, given);
      expect([answer.status, answer.body.error]).toEqual([400, 'unauthorized_client']);
    }
    expect(await introspected(HARVARD, token)).toMatchObject({ active: true });
    expect((await identity.call('GET', '/v3/auth/projects', { token: tenant.token })).status).toBe(200);
  });
});
