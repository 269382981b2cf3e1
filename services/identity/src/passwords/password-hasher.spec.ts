import { BackendUnavailable } from '@ocx/service-kit/errors';
import { describe, expect, it } from 'vitest';
import { Argon2Hashing } from './argon2-hashing.js';
import { MAX_RUNNING, MAX_WAITING, PasswordHasher } from './password-hasher.js';
import { IdentityConfig, IdentitySettings } from '../settings/identity.config.js';
import { PasswordHashing } from './password-hashing.js';

/** Counts computations, and ends them when told to. */
class HeldHashing extends PasswordHashing {
  started = 0;
  private readonly held: (() => void)[] = [];

  isCurrent(): boolean {
    return true;
  }

  hash(secret: string): Promise<string> {
    return this.compute(`hash of ${secret}`);
  }

  verify(stored: string, secret: string): Promise<boolean> {
    return this.compute(stored === `hash of ${secret}`);
  }

  finishOne(): void {
    this.held.shift()?.();
  }

  private compute<T>(result: T): Promise<T> {
    this.started += 1;
    return new Promise((resolve) => {
      this.held.push(() => {
        resolve(result);
      });
    });
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the pool of hashes', () => {
  it('runs few at once, lets a bounded number wait, and refuses the rest with a time to come back', async () => {
    const hashing = new HeldHashing();
    const hasher = new PasswordHasher(hashing);
    const taken = Array.from({ length: MAX_RUNNING + MAX_WAITING }, (_, index) => hasher.hash(String(index)));
    await settled();
    expect(hashing.started).toBe(MAX_RUNNING);
    const refusal = hasher.matches('secret', 'hash of secret');
    await expect(refusal).rejects.toBeInstanceOf(BackendUnavailable);
    await expect(refusal).rejects.toMatchObject({ retryAfterSeconds: 2 });
    hashing.finishOne();
    await settled();
    expect(hashing.started).toBe(MAX_RUNNING + 1);
    const later = hasher.hash('later');
    for (let turns = 0; turns < taken.length; turns += 1) {
      hashing.finishOne();
      await settled();
    }
    expect(await Promise.all([...taken, later])).toHaveLength(taken.length + 1);
  });

  it('gives a turn back when the work fails', async () => {
    class Failing extends HeldHashing {
      override hash(): Promise<string> {
        return Promise.reject(new Error('no memory'));
      }
    }
    const hasher = new PasswordHasher(new Failing());
    for (let tries = 0; tries < MAX_RUNNING + 1; tries += 1) {
      await expect(hasher.hash('x')).rejects.toThrow('no memory');
    }
  });
});

const hasherOf = (settings: Record<string, string>) =>
  new PasswordHasher(
    new Argon2Hashing(
      new IdentitySettings(
        IdentityConfig.parse({
          OCX_PORT: 5000,
          DATABASE_URL: 'postgres://db',
          OCX_PUBLIC_URL: 'http://identity',
          OCX_DATA_DIR: '/x',
          ...settings,
        }),
      ),
    ),
  );

describe('argon2', () => {
  it('knows a hash of another cost, and still verifies it', async () => {
    const stored = await hasherOf({ OCX_PASSWORD_HASH_PASSES: '2' }).hash('secret');
    const hasher = hasherOf({});
    expect(hasher.isCurrent(stored)).toBe(false);
    expect(await hasher.matches('secret', stored)).toBe(true);
    expect(hasher.isCurrent(await hasher.hash('secret'))).toBe(true);
    expect(hasher.isCurrent('$2b$12$of.another.kind')).toBe(false);
  });

  it('makes salted hashes of the recommended cost, and knows its own', async () => {
    const hasher = hasherOf({});
    const [one, two] = [await hasher.hash('secret'), await hasher.hash('secret')];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=12,p=1\$/);
    expect(one).not.toBe(two);
    expect(await hasher.matches('secret', one)).toBe(true);
    expect(await hasher.matches('Secret', one)).toBe(false);
    expect(await hasher.matches('secret', null)).toBe(false);
  });
});
