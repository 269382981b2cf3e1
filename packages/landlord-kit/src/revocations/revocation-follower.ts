import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { RevokedTokensAnswer } from '@ocx/openstack-api/exchange/revoked-tokens';
import { HttpClient } from '@ocx/openstack-client/http';
import { verifyRevokedTokens } from '@ocx/service-kit/revoked-tokens';
import { LandlordParty } from '../enrolment/landlord-party.js';
import { RevokedTokenList } from './revoked-token-list.js';

/** Identity answers at least this often, whether something happened or not. Seconds. */
const WAIT_SECONDS = 10;
/** Right after a revocation a token may still be on its way into the list: it is asked for again soon. Seconds. */
const SOON_SECONDS = 1;
const PAUSE_MS = 1_000;
const MAX_LIST_BYTES = 16 * 1024 * 1024;
/**
 * Follows the list of revoked tokens that identity signs for this landlord. While identity cannot be reached the last
 * list stays in force, and expiry, five minutes at most, does the rest.
 */
@Injectable()
export class RevocationFollower implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('RevocationFollower');
  private readonly stopping = new AbortController();
  private loop: Promise<void> | undefined;
  private seq = 0;
  private waitSeconds = 0;
  private broken = false;

  constructor(
    private readonly party: LandlordParty,
    private readonly list: RevokedTokenList,
    private readonly http: HttpClient,
  ) {}

  onApplicationBootstrap(): void {
    this.loop = this.follow();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const isFollowed = await this.read().catch((error: unknown) => {
        this.told(error);
        return false;
      });
      if (!isFollowed) await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** False before enrolment. */
  private async read(): Promise<boolean> {
    const trust = this.party.trust();
    const identity = this.party.identity(this.http);
    if (!trust || !identity) return false;
    const path = `/v3/OS-OCX/revoked-tokens?after=${String(this.seq)}&wait=${String(this.waitSeconds)}`;
    const deadlineMs = (this.waitSeconds + 5) * 1000;
    const answer = await identity.call('GET', path, {
      deadlineMs,
      maxBytes: MAX_LIST_BYTES,
      signal: this.stopping.signal,
    });
    if (answer.status !== 200) throw new Error(`identity answered ${String(answer.status)}`);
    const { seq, revoked } = await verifyRevokedTokens(RevokedTokensAnswer.parse(answer.json()).list, trust);
    this.list.replace(revoked);
    this.waitSeconds = seq === this.seq ? WAIT_SECONDS : SOON_SECONDS;
    this.seq = seq;
    this.broken = false;
    return true;
  }

  /** Once for each time that it breaks off. */
  private told(error: unknown): void {
    if (this.broken || this.stopping.signal.aborted) return;
    this.broken = true;
    this.logger.warn(`revocations are not followed: ${error instanceof Error ? error.message : 'unknown error'}`);
  }
}
