import { Injectable } from '@nestjs/common';
import { BackendUnavailable } from '@ocx/service-kit/errors';
import { PasswordHashing } from './password-hashing.js';

// A hash of nothing anybody knows, with the same cost: an unknown user costs what a wrong password costs.
const NOBODY = '$argon2id$v=19$m=19456,t=2,p=1$blq+zEggUbT5qKVJvQUslQ$ZKyKymq7HHNry5WKucd+zb218u5jii8qLFDx7PLVfAs';
/** Computations at once. Half of libuv's threads: the other half keeps verifying tokens during a storm of logins. */
export const MAX_RUNNING = 2;
/** Computations that wait for a turn; more are refused, so that nobody waits without bound. */
export const MAX_WAITING = 64;

/** Hashes and checks secrets in a bounded pool. */
@Injectable()
export class PasswordHasher {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly hashing: PasswordHashing) {}

  /** Throws {@link BackendUnavailable} when too many are before this one; so does {@link matches}. */
  hash(secret: string): Promise<string> {
    return this.bounded(() => this.hashing.hash(secret));
  }

  /** False for a wrong secret, and after the same work for an account that has none or does not exist. */
  async matches(secret: string, stored: string | null | undefined): Promise<boolean> {
    const known = stored !== null && stored !== undefined;
    const matches = await this.bounded(() => this.hashing.verify(known ? stored : NOBODY, secret));
    return known && matches;
  }

  private async bounded<T>(work: () => Promise<T>): Promise<T> {
    await this.turn();
    try {
      return await work();
    } finally {
      // The turn passes on to who waits longest; only with nobody waiting does it become free.
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }

  private async turn(): Promise<void> {
    if (this.running < MAX_RUNNING) {
      this.running += 1;
      return;
    }
    if (this.waiting.length >= MAX_WAITING) {
      throw new BackendUnavailable('Too many logins at once.', { retryAfterSeconds: 2 });
    }
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
    });
  }
}
