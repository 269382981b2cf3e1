import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { type FreshRead, FreshReads } from '../database/fresh-reads.js';
import { Transactions } from '../database/transactions.js';
import type { NewRevocation, Revocation, TokenMarks } from './revocation.js';
import { RevocationsRepository } from './revocations.repository.js';

const FEED_PAGE = 1000;
const POLL_INTERVAL_MS = 250;
// A revocation reaches one second ahead; the rest is the difference between replicas' clocks.
const MAX_AHEAD_MS = 2_000;
/** From the reading of the clock to the commit. */
const COMMIT_MS = 500;

@Injectable()
export class RevocationsService implements OnModuleDestroy {
  private readonly covered: FreshRead<boolean>;
  private readonly floors: FreshRead<Date | undefined>;
  private stopping = false;

  constructor(
    private readonly repository: RevocationsRepository,
    private readonly transactions: Transactions,
    reads: FreshReads,
  ) {
    this.covered = reads.of({ tables: ['revocations'] });
    this.floors = reads.of({ tables: ['revocations'] });
  }

  /** Who waits at the feed is answered, so that the service can stop. */
  onModuleDestroy(): void {
    this.stopping = true;
  }

  /**
   * Revokes within the caller's transaction. Tokens carry whole seconds, so everything up to the end of the running
   * second dies; a login in the rest of that second waits for its end (see {@link issueTime}).
   */
  revoke(tx: EntityManager, ...revocations: NewRevocation[]): Promise<void> {
    return this.repository.add(tx, revocations, new Date((Math.floor((Date.now() + COMMIT_MS) / 1000) + 1) * 1000));
  }

  revokeToken(auditId: string): Promise<void> {
    return this.transactions.run((tx) => this.revoke(tx, { auditId }));
  }

  /**
   * The `iat` of a new token, in seconds. Within the second of a revocation that would kill it at birth, it waits for
   * the next: a token dated ahead instead could escape the revocation that follows.
   */
  async issueTime(userId: string, projectId: string | undefined, trustId?: string): Promise<number> {
    const ahead = (await this.deadUntil(userId, projectId, trustId)) - Date.now();
    if (ahead > 0) await sleep(Math.min(ahead, MAX_AHEAD_MS));
    return Math.floor(Date.now() / 1000);
  }

  /** Milliseconds since the epoch: a token of this user for this project or trust is dead if it is dated before. */
  async deadUntil(userId: string, projectId: string | undefined, trustId?: string): Promise<number> {
    const key = JSON.stringify([userId, projectId, trustId]);
    const floor = await this.floors.get(key, () => this.repository.floor(userId, projectId, trustId));
    return floor?.getTime() ?? 0;
  }

  isRevoked(token: TokenMarks): Promise<boolean> {
    // The audit ids are one token's alone.
    return this.covered.get(token.auditIds.join(' '), () => this.repository.covers(token));
  }

  /** Revocations after `seq`; with none yet, waits up to `waitSeconds` for the first. */
  async feed(seq: number, waitSeconds: number): Promise<{ revocations: Revocation[]; last: number }> {
    const deadline = Date.now() + waitSeconds * 1000;
    for (;;) {
      const revocations = await this.repository.listAfter(seq, FEED_PAGE);
      const last = revocations.at(-1)?.seq;
      if (last !== undefined) return { revocations, last };
      if (this.stopping || Date.now() >= deadline) return { revocations: [], last: await this.repository.last() };
      await sleep(POLL_INTERVAL_MS);
    }
  }
}
