import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { z } from 'zod';
import { Timestamp } from '@ocx/openstack-api/ids';
import { IdentityClient } from '@ocx/openstack-client/identity-client';
import { LandlordConnections } from '../landlords/landlord-connections.js';
import { RevokedTokens, type Revocation } from './revocations.js';

/** The long poll is answered at least this often, so a feed that is silent for longer is stale. Seconds. */
const WAIT_SECONDS = 3;
const STALE_MS = 5_000;
const PAUSE_MS = 500;
/** No exchange token lives longer, with room for clocks. Milliseconds. */
const LONGEST_LIFE_MS = 25 * 3_600_000;

const Feed = z.object({
  revocations: z.array(
    z.object({
      seq: z.int().nonnegative(),
      audit_id: z.string().max(64).nullish(),
      user_id: z.string().max(64).nullish(),
      project_id: z.string().max(64).nullish(),
      issued_before: Timestamp,
    }),
  ),
  last: z.int().nonnegative(),
});

/** Follows identity's revocation feed, so that a revoked token is dead here at once. */
@Injectable()
export class RevocationFollower implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(RevocationFollower.name);
  private readonly stopping = new AbortController();
  readonly revoked = new RevokedTokens();
  private last = 0;
  private heardAt = 0;
  private loop: Promise<void> | undefined;

  constructor(
    private readonly identity: IdentityClient,
    private readonly connections: LandlordConnections,
  ) {}

  onApplicationBootstrap(): void {
    this.loop = this.follow();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  /** Whether the feed was heard recently enough to say that a token is not revoked. */
  get isFresh(): boolean {
    return Date.now() - this.heardAt <= STALE_MS;
  }

  private async follow(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.read();
      } catch (error) {
        this.logger.warn(`the revocation feed broke off: ${error instanceof Error ? error.message : String(error)}`);
        await sleep(PAUSE_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }

  private async read(): Promise<void> {
    // The first answer comes at once: it also tells that the feed is there.
    const wait = this.isFresh ? WAIT_SECONDS : 0;
    const path = `/v3/OS-OCX/revocations?after=${this.last}&wait=${wait}`;
    const answer = await this.identity.call('GET', path, { deadlineMs: (wait + 2) * 1000 });
    if (answer.status !== 200) throw new Error(`identity answered ${answer.status}`);
    const feed = Feed.parse(answer.json());
    if (feed.last < this.last) {
      // Identity lost its numbers; what is known stays known, and everything is read again.
      this.last = 0;
      return;
    }
    for (const entry of feed.revocations) {
      this.apply({
        auditId: entry.audit_id ?? undefined,
        userId: entry.user_id ?? undefined,
        projectId: entry.project_id ?? undefined,
        issuedBefore: Date.parse(entry.issued_before),
      });
    }
    this.last = Math.max(feed.last, ...feed.revocations.map(({ seq }) => seq));
    this.heardAt = Date.now();
    this.revoked.forgetBefore(Date.now() - LONGEST_LIFE_MS);
  }

  private apply(revocation: Revocation): void {
    this.revoked.add(revocation);
    const { auditId, userId, projectId } = revocation;
    this.connections.evict((use) => {
      if (auditId !== undefined) return use.subject === auditId;
      return (userId ?? use.userId) === use.userId && (projectId ?? use.projectId) === use.projectId;
    });
  }
}
