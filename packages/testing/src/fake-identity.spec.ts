import { createLocalJWKSet, createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpClient } from '@ocx/openstack-client/http';
import { IdentityClient } from '@ocx/openstack-client/identity-client';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import {
  ATTACHMENT_GRANT_TYPE,
  ExchangeTokenClaims,
  LandlordTokenClaims,
  LEASE_GRANT_TYPE,
} from '@ocx/openstack-api/exchange/tokens';
import { FakeIdentity } from './fake-identity.js';

const LANDLORD = `landlord-${'a'.repeat(32)}`;
const LEASE = '11111111-2222-3333-4444-555555555555';

describe('FakeIdentity', () => {
  let identity: FakeIdentity;
  let key: SigningKey;
  let client: IdentityClient;
  const http = new HttpClient();

  beforeAll(async () => {
    identity = await FakeIdentity.start();
    key = await SigningKey.generate();
    identity.registerClient('broker', key.jwk);
    client = new IdentityClient({
      identityUrl: identity.url,
      issuer: identity.issuer,
      clientId: 'broker',
      key,
      http,
    });
    await client.call('PUT', `/v3/OS-OCX/landlords/${LANDLORD}`, { body: { name: 'harvard' } });
  });
  afterAll(async () => {
    await http.close();
    await identity.stop();
  });

  const verified = async (token: string) => {
    const keys = createRemoteJWKSet(new URL(identity.jwksUrl));
    return (await jwtVerify(token, keys, { algorithms: ['ES256'], issuer: identity.issuer, typ: 'at+jwt' })).payload;
  };

  it('mints tokens that verify against its JWKS and match the schemas', async () => {
    ExchangeTokenClaims.parse(await verified(await identity.exchangeToken()));
    const token = await identity.landlordToken({
      landlordId: LANDLORD,
      jkt: key.thumbprint,
      access: { actions: ['feed'] },
    });
    const claims = LandlordTokenClaims.parse(await verified(token));
    expect(claims).toMatchObject({ aud: LANDLORD, sub: 'broker', cnf: { jkt: key.thumbprint } });
    expect(claims.exp - claims.iat).toBe(300);
  });

  it('mints bad tokens that do not verify', async () => {
    const foreign = await SigningKey.generate();
    for (const flaw of [
      { expiresIn: -5 },
      { algorithm: 'none' },
      { algorithm: 'HS256' },
      { signedBy: foreign },
    ] as const) {
      await expect(verified(await identity.exchangeToken(flaw))).rejects.toThrow();
    }
    expect(decodeProtectedHeader(await identity.exchangeToken({ kid: 'nobody' })).kid).toBe('nobody');
  });

  it('swaps an exchange token for a narrower landlord token, and for grants', async () => {
    const subjectToken = await identity.exchangeToken();
    const access = { actions: ['claim' as const], lease_id: LEASE };
    const minted = await client.exchange({ subjectToken, resource: LANDLORD, access });
    expect(LandlordTokenClaims.parse(await verified(minted.token)).authorization_details[0]).toMatchObject(access);

    const toEnd = { actions: ['end' as const], lease_id: LEASE };
    const ordered = await client.exchange({ subjectToken, resource: LANDLORD, access, leaseGrant: ['end'] });
    const ending = { subjectToken: ordered.leaseGrant ?? '', subjectTokenType: LEASE_GRANT_TYPE, resource: LANDLORD };
    LandlordTokenClaims.parse(await verified((await client.exchange({ ...ending, access: toEnd })).token));
    await expect(client.exchange({ ...ending, access: { ...toEnd, actions: ['heal'] } })).rejects.toMatchObject({
      error: 'invalid_scope',
    });

    const connector = { landlord_id: `landlord-${'b'.repeat(32)}`, jkt: foreignThumbprint };
    const attachment = { id: LEASE, volume_id: LEASE, server_id: LEASE, mode: 'rw' as const, connector };
    const attach = await client.exchange({
      subjectToken,
      resource: LANDLORD,
      access: { actions: ['attach'], attachment },
      requestedTokenType: ATTACHMENT_GRANT_TYPE,
    });
    expect(LandlordTokenClaims.parse(await verified(attach.token)).cnf.jkt).toBe(foreignThumbprint);
  });

  it('refuses a stranger, a dead subject token and an action that only a grant gives', async () => {
    const stranger = new IdentityClient({
      identityUrl: identity.url,
      issuer: identity.issuer,
      clientId: 'broker',
      key: await SigningKey.generate(),
      http,
    });
    await expect(stranger.clientCredentials(LANDLORD)).rejects.toMatchObject({ error: 'invalid_client' });
    const dead = await identity.exchangeToken({ expiresIn: -1 });
    const read = { resource: LANDLORD, access: { actions: ['read' as const] } };
    await expect(client.exchange({ subjectToken: dead, ...read })).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(
      client.exchange({
        subjectToken: await identity.exchangeToken(),
        resource: LANDLORD,
        access: { actions: ['end'] },
      }),
    ).rejects.toMatchObject({ error: 'invalid_scope' });
  });

  it('publishes old and new keys while it rotates them', async () => {
    const old = await identity.exchangeToken();
    await identity.rotateKeys();
    await verified(old);
    await verified(await identity.exchangeToken());
    identity.retireOldKeys();
    const jwks = (await (await fetch(identity.jwksUrl)).json()) as Parameters<typeof createLocalJWKSet>[0];
    expect(jwks.keys).toHaveLength(1);
    await expect(verified(old)).rejects.toThrow();
  });
});

const foreignThumbprint = 'x'.repeat(43);
