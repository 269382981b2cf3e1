import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { documentHash, DocumentRefused, verifyDocument } from './documents.js';
import { SigningKey } from './signing-key.js';

const Note = z.strictObject({ text: z.string().max(10) });
const TYP = 'ocx-note+jwt';

describe('a signed document', () => {
  let key: SigningKey;
  let other: SigningKey;
  beforeAll(async () => {
    key = await SigningKey.generate();
    other = await SigningKey.generate();
  });
  const verify = (jws: string) => verifyDocument(Note, TYP, jws, key.jwk);

  it('is read back as signed, and named by its hash', async () => {
    const jws = await key.sign(TYP, { text: 'hello' });
    expect(await verify(jws)).toEqual({ text: 'hello' });
    expect(documentHash(jws)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is refused from another key, of another type, altered, malformed or too large', async () => {
    await expect(verify(await other.sign(TYP, { text: 'hello' }))).rejects.toThrow(DocumentRefused);
    await expect(verify(await key.sign('ocx-other+jwt', { text: 'hello' }))).rejects.toThrow('not of type');
    const [header, , signature] = (await key.sign(TYP, { text: 'hello' })).split('.');
    const altered = `${header ?? ''}.${Buffer.from('{"text":"bye"}').toString('base64url')}.${signature ?? ''}`;
    await expect(verify(altered)).rejects.toThrow('does not verify');
    await expect(verify(await key.sign(TYP, { text: 'far too long a text' }))).rejects.toThrow('malformed at text');
    await expect(verify('x'.repeat(70_000))).rejects.toThrow('too large');
  });

  it('is refused when its header brings a key along', async () => {
    const header = { alg: 'ES256', typ: TYP, kid: key.thumbprint, jwk: { ...key.jwk } };
    const jws = await new SignJWT({ text: 'hello' }).setProtectedHeader(header).sign(key.privateKey);
    await expect(verify(jws)).rejects.toThrow('key of its own');
  });
});

describe('a signing key', () => {
  it('is made once, readable by its owner only, also when two processes start together', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'ocx-key-'));
    const file = join(directory, 'keys', 'key.json');
    const [first, second] = await Promise.all([SigningKey.load(file), SigningKey.load(file)]);
    expect(first.thumbprint).toBe(second.thumbprint);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ kty: 'EC', crv: 'P-256' });
    await rm(directory, { recursive: true });
  });
});
