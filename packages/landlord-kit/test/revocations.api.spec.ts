import { randomUUID } from 'node:crypto';
import { createProof } from '@ocx/openstack-client/dpop';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import type { EnrolledLandlord } from '@ocx/testing/fake-exchange';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestWorld } from './landlord-app.js';

const HEARD_WITHIN = { timeout: 5_000 };

describe('a landlord that follows identity’s list', () => {
  let world: TestWorld;
  let url: string;
  let landlord: EnrolledLandlord;
  let key: SigningKey;

  beforeAll(async () => {
    world = await TestWorld.start();
    ({ url } = await world.landlord());
    landlord = await world.enrolled();
    key = await SigningKey.generate();
  });
  afterEach(() => {
    world.identity.revokedTokens.forgery = undefined;
  });
  afterAll(() => world.stop());

  const minted = () =>
    world.identity.landlordToken({
      landlordId: landlord.landlordId,
      jkt: key.thumbprint,
      access: { actions: ['feed'] },
    });
  const status = async (accessToken: string) => {
    const offers = `${url}/landlord/v1/offers`;
    const dpop = await createProof(key, { method: 'GET', url: offers, accessToken });
    return (await fetch(offers, { headers: { authorization: `DPoP ${accessToken}`, dpop } })).status;
  };
  const list = (token: string) => {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
    const { jti, exp } = JSON.parse(payload) as { jti: string; exp: number };
    world.identity.revokedTokens.tokens.push({ jti, exp });
  };
  const happens = () => {
    world.identity.revoke({ audit_id: randomUUID() });
  };
  const revoke = (token: string) => {
    list(token);
    happens();
  };

  it('refuses a revoked token, and no other', async () => {
    const [dead, alive] = [await minted(), await minted()];
    expect([await status(dead), await status(alive)]).toEqual([200, 200]);
    revoke(dead);
    await expect.poll(() => status(dead), HEARD_WITHIN).toBe(401);
    expect(await status(alive)).toBe(200);
  });

  it('hears soon of what was minted while its subject was being revoked', async () => {
    const { told } = world.identity.revokedTokens;
    happens();
    await expect.poll(() => world.identity.revokedTokens.told, HEARD_WITHIN).toBeGreaterThan(told);
    const late = await minted();
    list(late);
    await expect.poll(() => status(late), HEARD_WITHIN).toBe(401);
  });

  it.each<[string, NonNullable<TestWorld['identity']['revokedTokens']['forgery']>]>([
    ['of another landlord', { claims: { aud: `landlord-${'0'.repeat(32)}` } }],
    ['of another issuer', { claims: { iss: 'http://another.test/v3' } }],
    ['that is old', { claims: { iat: Math.floor(Date.now() / 1000) - 3_600 } }],
    ['of another type', { typ: 'at+jwt' }],
    ['of another shape', { claims: { revoked: 'all' } }],
    ['under a key that is not identity’s', {}],
  ])('believes no list %s', async (_what, forgery) => {
    const token = await minted();
    const isForeign = Object.keys(forgery).length === 0;
    world.identity.revokedTokens.forgery = isForeign ? { key: await SigningKey.generate() } : forgery;
    const { told } = world.identity.revokedTokens;
    revoke(token);
    // The second one is asked for when the first has been read.
    await expect.poll(() => world.identity.revokedTokens.told, HEARD_WITHIN).toBeGreaterThan(told + 1);
    expect(await status(token)).toBe(200);
    world.identity.revokedTokens.forgery = undefined;
    await expect.poll(() => status(token), HEARD_WITHIN).toBe(401);
  });

  it('keeps what it heard while identity is away, and serves on', async () => {
    const [dead, alive] = [await minted(), await minted()];
    expect(await status(alive)).toBe(200);
    revoke(dead);
    await expect.poll(() => status(dead), HEARD_WITHIN).toBe(401);
    await world.identity.stop();
    expect([await status(dead), await status(alive)]).toEqual([401, 200]);
  });
});
