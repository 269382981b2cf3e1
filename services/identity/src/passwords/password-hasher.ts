import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { BackendUnavailable } from '@ocx/service-kit/errors';

// Argon2id, 19 MiB, 2 passes, 1 lane: OWASP's first choice and the library's default.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
// A hash of nothing anybody knows, with the same cost: an unknown user costs what a wrong password costs.
const NOBODY = '$argon2id$v=19$m=19456,t=2,p=1$blq+zEggUbT5qKVJvQUslQ$ZKyKymq7HHNry5WKucd+zb218u5jii8qLFDx7PLVfAs';
/** Hashes waiting at once; more are refused, so that a flood of logins cannot pile up memory. */
const MAX_WAITING = 128;

/** Hashes and checks secrets. The work runs on libuv's threads, never on the event loop. */
@Injectable()
export class PasswordHasher {
  private waiting = 0;

  hash(secret: string): Promise<string> {
    return this.bounded(() => hash(secret, COST));
  }

  /** False for a wrong secret, and after the same work for an account that has none or does not exist. */
  async matches(secret: string, stored: string | null | undefined): Promise<boolean> {
    const known = stored !== null && stored !== undefined;
    const matches = await this.bounded(() => verify(known ? stored : NOBODY, secret));
    return known && matches;
  }

  private async bounded<T>(work: () => Promise<T>): Promise<T> {
    if (this.waiting >= MAX_WAITING) {
      throw new BackendUnavailable('Too many logins at once.', { retryAfterSeconds: 2 });
    }
    this.waiting += 1;
    try {
      return await work();
    } finally {
      this.waiting -= 1;
    }
  }
}
