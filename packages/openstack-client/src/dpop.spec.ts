import { SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createProof, ReplayCache, verifyProof } from './dpop.js';
import { SigningKey } from './signing-key.js';

const url = 'http://127.0.0.1:8801/v2.1/servers';
const accessToken = 'header.payload.signature';

describe('a proof of possession', () => {
  let key: SigningKey;
  let thief: SigningKey;

  beforeAll(async () => {
    key = await SigningKey.generate();
    thief = await SigningKey.generate();
  });

  const expected = (change: object = {}) => ({
    method: 'GET',
    url,
    accessToken,
    jkt: key.thumbprint,
    replay: new ReplayCache(),
    ...change,
  });
  const claims = (change: object = {}) => ({ htm: 'GET', htu: url, jti: 'a-proof-id', ...change });
  const sign = (payload: object, header: object = {}, iat = Math.floor(Date.now() / 1000)) =>
    new SignJWT({ ...payload })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: { ...key.jwk }, ...header })
      .setIssuedAt(iat)
      .sign(key.privateKey);

  it('is accepted once', async () => {
    const proof = await createProof(key, { method: 'GET', url, accessToken });
    const once = expected();
    await expect(verifyProof(proof, once)).resolves.toBeUndefined();
    await expect(verifyProof(proof, once)).rejects.toThrow('used before');
  });

  it.each([
    ['another method', { method: 'DELETE' }, 'another method'],
    ['another URL', { url: `${url}/1` }, 'another URL'],
    ['a URL that only looks alike', { url: `${url}/../servers` }, 'another URL'],
    ['another token', { accessToken: 'other' }, 'another token'],
  ])('is refused for %s', async (_, change, reason) => {
    const proof = await createProof(key, { method: 'GET', url, accessToken });
    await expect(verifyProof(proof, expected(change))).rejects.toThrow(reason);
  });

  it('is refused from a key that the token is not bound to', async () => {
    const proof = await createProof(thief, { method: 'GET', url, accessToken });
    await expect(verifyProof(proof, expected())).rejects.toThrow('another key');
  });

  it('is refused when the signature is not the named key’s', async () => {
    const [header, payload] = (await createProof(key, { method: 'GET', url, accessToken })).split('.');
    const [, , signature] = (await createProof(thief, { method: 'GET', url, accessToken })).split('.');
    const forged = `${header ?? ''}.${payload ?? ''}.${signature ?? ''}`;
    await expect(verifyProof(forged, expected())).rejects.toThrow('does not verify');
  });

  it('is refused without an access token hash, when old, when from the future, without jti', async () => {
    const now = Math.floor(Date.now() / 1000);
    await expect(sign(claims()).then((proof) => verifyProof(proof, expected()))).rejects.toThrow('another token');
    const { createHash } = await import('node:crypto');
    const ath = createHash('sha256').update(accessToken).digest('base64url');
    for (const iat of [now - 40, now + 40]) {
      const proof = await sign(claims({ ath }), {}, iat);
      await expect(verifyProof(proof, expected())).rejects.toThrow('too old or too new');
    }
    const anonymous = await sign({ htm: 'GET', htu: url, ath });
    await expect(verifyProof(anonymous, expected())).rejects.toThrow('no usable jti');
  });

  it('is refused with another type or an algorithm that is not asymmetric', async () => {
    await expect(verifyProof(await sign(claims(), { typ: 'JWT' }), expected())).rejects.toThrow('not a DPoP proof');
    const none = `${Buffer.from(JSON.stringify({ alg: 'none', typ: 'dpop+jwt', jwk: key.jwk })).toString('base64url')}.e30.`;
    await expect(verifyProof(none, expected())).rejects.toThrow('not a DPoP proof');
    await expect(verifyProof('not-a-token', expected())).rejects.toThrow('malformed');
  });

  it('is refused rather than an old one forgotten when the memory of proofs is full', () => {
    const cache = new ReplayCache(2);
    expect([cache.claim('a'), cache.claim('b'), cache.claim('c'), cache.claim('a')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
