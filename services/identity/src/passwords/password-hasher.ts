import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { BackendUnavailable } from '@ocx/service-kit/errors';
import { PasswordHashing } from './password-hashing.js';

/**
 * Computations at once: one more than there are processors, so that none waits while a result is handed over. Each takes
 * tens of megabytes.
 */
export const MAX_RUNNING = Math.min(availableParallelism() + 1, 8);
/** Computations that wait for a turn; more are refused, so that nobody waits without bound. */
export const MAX_WAITING = 64;

/** Hashes and checks secrets in a bounded pool. */
@Injectable()
export class PasswordHasher implements OnModuleInit {
  private nobody: Promise<string> | undefined;
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly hashing: PasswordHashing) {}

  /** Made before anybody asks, so that not even the first unknown user takes longer. */
  async onModuleInit(): Promise<void> {
    await this.ofNobody();
  }

  /** Throws {@link BackendUnavailable} when too many are before this one; so does {@link matches}. */
  hash(secret: string): Promise<string> {
    return this.bounded(() => this.hashing.hash(secret));
  }

  /** False for a wrong secret, and after the same work for an account that has none or does not exist. */
  async matches(secret: string, stored: string | null | undefined): Promise<boolean> {
    const known = stored !== null && stored !== undefined;
    const compared = known ? stored : await this.ofNobody();
    const matches = await this.bounded(() => this.hashing.verify(compared, secret));
    return known && matches;
  }

  /** Whether the stored hash costs what one that is made now does. */
  isCurrent(stored: string): boolean {
    return this.hashing.isCurrent(stored);
  }

  /** A hash of what nobody knows: somebody unknown costs what a wrong password costs. */
  private ofNobody(): Promise<string> {
    this.nobody ??= this.hashing.hash(randomBytes(32).toString('base64')).catch((error: unknown) => {
      this.nobody = undefined;
      throw error;
    });
    return this.nobody;
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
