import { mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeyRing, LONGEST_LIFE_SECONDS, PUBLISH_AHEAD_MS } from './key-ring.js';

const DAY_MS = 24 * 3600 * 1000;

let directory: string;
let ahead: number;
const now = () => Date.now() + ahead;

beforeEach(async () => {
  ahead = 0;
  directory = await mkdtemp(path.join(tmpdir(), 'ocx-key-ring-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const files = () => readdir(path.join(directory, 'signing-keys'));
const kids = (ring: KeyRing) => ring.published.map(({ kid }) => kid);

describe('a key ring', () => {
  it('makes one key for replicas that start together, for the owner’s eyes only', async () => {
    const rings = await Promise.all(Array.from({ length: 4 }, () => KeyRing.open(directory, now)));
    expect(new Set(rings.map((ring) => ring.current.thumbprint)).size).toBe(1);
    expect(await files()).toEqual(['0001.jwk']);
    expect((await stat(path.join(directory, 'signing-keys', '0001.jwk'))).mode & 0o777).toBe(0o600);
  });

  it('publishes a new key before it signs with it', async () => {
    const ring = await KeyRing.open(directory, now);
    const first = ring.current.thumbprint;
    const second = await ring.rotate();
    expect(kids(ring)).toEqual([first, second]);
    expect(ring.current.thumbprint).toBe(first);
    ahead = PUBLISH_AHEAD_MS + 1000;
    expect(ring.current.thumbprint).toBe(second);
    const replica = await KeyRing.open(directory, now);
    expect(replica.current.thumbprint).toBe(second);
  });

  it('keeps the old key until the last token that it signed has expired, then removes it', async () => {
    const ring = await KeyRing.open(directory, now);
    const first = ring.current.thumbprint;
    const token = await ring.current.sign('at+jwt', { sub: 'somebody' });
    const second = await ring.rotate();
    ahead = PUBLISH_AHEAD_MS + LONGEST_LIFE_SECONDS * 1000;
    await ring.reload();
    expect(kids(ring)).toEqual([first, second]);
    expect((await jwtVerify(token, ring.verificationKey)).payload.sub).toBe('somebody');
    ahead += 2 * DAY_MS;
    await ring.reload();
    expect(kids(ring)).toEqual([second]);
    expect(await files()).toEqual(['0002.jwk']);
    await expect(jwtVerify(token, ring.verificationKey)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
    expect(ring.published.every((key) => !('d' in key))).toBe(true);
    await ring.rotate();
    expect(await files()).toContain('0003.jwk');
  });

  it('makes a successor of a key that is old enough, one for all replicas', async () => {
    const rings = await Promise.all(Array.from({ length: 4 }, () => KeyRing.open(directory, now)));
    const [ring] = rings as [KeyRing];
    const first = ring.current.thumbprint;
    expect(await ring.renew(90)).toBeUndefined();
    const then = new Date(Date.now() - 90 * DAY_MS);
    await utimes(path.join(directory, 'signing-keys', '0001.jwk'), then, then);
    await Promise.all(rings.map((one) => one.renew(90)));
    expect(await files()).toEqual(['0001.jwk', '0002.jwk']);
    for (const one of rings) {
      expect(kids(one)).toHaveLength(2);
      expect(kids(one)[0]).toBe(first);
    }
  });

  it('never retires its only key', async () => {
    const ring = await KeyRing.open(directory, now);
    const first = ring.current.thumbprint;
    ahead = 10 * LONGEST_LIFE_SECONDS * 1000;
    await ring.reload();
    expect(kids(ring)).toEqual([first]);
  });
});
