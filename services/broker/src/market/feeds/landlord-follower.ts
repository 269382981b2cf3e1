import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { BROKER_CONFIG, BrokerConfig } from '../../broker.config.js';
import { LandlordsRepository } from '../../landlords/landlords.repository.js';
import { LandlordsService } from '../../landlords/landlords.service.js';
import type { Landlord } from '../../landlords/landlord.js';
import { EventFeed } from './event-feed.js';
import { LandlordSync } from './landlord-sync.js';

const LOOK_FOR_LANDLORDS_MS = 1_000;
const WAIT_SECONDS = 20;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;
const OFFERS_INTERVAL_MS = 60_000;
/** Each lease changes what is left on offer: a burst of them is read once, and not while its servers are being built. */
const OFFERS_REST_MS = 500;
const COMPARE_INTERVAL_MS = 60_000;

/** Follows every landlord's feed, each in a loop of its own: one that is slow or lies does not hold up the others. */
@Injectable()
export class LandlordFollower implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(LandlordFollower.name);
  private readonly stopping = new AbortController();
  private readonly loops = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(BROKER_CONFIG) private readonly config: BrokerConfig,
    private readonly landlords: LandlordsService,
    private readonly repository: LandlordsRepository,
    private readonly feed: EventFeed,
    private readonly sync: LandlordSync,
  ) {}

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  onApplicationBootstrap(): void {
    void this.look();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await Promise.all(this.loops.values());
  }

  private async look(): Promise<void> {
    try {
      for (const { id } of await this.landlords.list()) {
        if (!this.loops.has(id))
          this.loops.set(
            id,
            this.follow(id).finally(() => this.loops.delete(id)),
          );
      }
    } catch (error) {
      this.logger.error(`the landlords could not be read: ${String(error)}`);
    }
    if (!this.isStopping()) this.timer = setTimeout(() => void this.look(), LOOK_FOR_LANDLORDS_MS);
  }

  private async follow(landlordId: string): Promise<void> {
    const due: Due = { offers: 0, settle: 0, compare: 0, resync: true, settling: false };
    let pauseMs = FIRST_PAUSE_MS;
    while (!this.isStopping()) {
      const landlord = await this.landlords.byId(landlordId).catch(() => undefined);
      if (!landlord) return;
      try {
        await this.upkeep(landlord, due);
        await this.readEvents(landlord, due);
        pauseMs = FIRST_PAUSE_MS;
      } catch (error) {
        if (this.isStopping()) return;
        due.resync = true;
        this.logger.warn(`the feed of ${landlord.name} broke off: ${String(error)}`);
        await this.pause(pauseMs);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  private async upkeep(landlord: Landlord, due: Due): Promise<void> {
    const now = Date.now();
    if (due.resync) {
      await this.sync.resync(landlord);
      Object.assign(due, { resync: false, offers: now + OFFERS_INTERVAL_MS, compare: now + COMPARE_INTERVAL_MS });
    }
    if (now >= due.offers) {
      await this.sync.pullOffers(landlord);
      due.offers = now + OFFERS_INTERVAL_MS;
    }
    if (now >= due.compare) {
      await this.sync.compare(landlord);
      due.compare = now + COMPARE_INTERVAL_MS;
    }
    if (now >= due.settle && !due.settling) this.settle(landlord, due);
  }

  // Beside the feed: a hundred leases to settle must not make the index stale.
  private settle(landlord: Landlord, due: Due): void {
    due.settling = true;
    void this.sync
      .settle(landlord)
      .catch((error: unknown) => {
        this.logger.warn(`usage at ${landlord.name} was not settled: ${String(error)}`);
      })
      .finally(() => {
        due.settle = Date.now() + this.config.OCX_SETTLE_INTERVAL_MS;
        due.settling = false;
      });
  }

  private async readEvents(landlord: Landlord, due: Due): Promise<void> {
    const after = await this.repository.eventSeq(landlord.id);
    const next = due.settling ? Math.min(due.offers, due.compare) : Math.min(due.offers, due.settle, due.compare);
    const untilUpkeep = next - Date.now();
    const wait = Math.max(1, Math.min(WAIT_SECONDS, Math.ceil(untilUpkeep / 1000)));
    const asked = Date.now();
    const page = await this.feed.read(landlord, after, wait, this.stopping.signal);
    await this.sync.handle(landlord, page.events);
    if (page.events.some(({ kind }) => kind === 'offers')) {
      due.offers = Math.min(due.offers, Date.now() + OFFERS_REST_MS);
    }
    const newest = page.events.at(-1)?.seq ?? after;
    if (page.gap) {
      due.resync = true;
      await this.repository.resetEventSeq(landlord.id, page.events.at(-1)?.seq ?? page.last);
    } else if (newest > after) {
      await this.repository.advanceEventSeq(landlord.id, newest);
    } else if (Date.now() - asked < FIRST_PAUSE_MS) {
      // A landlord that does not wait as it was asked to shall not keep us busy.
      await this.pause(FIRST_PAUSE_MS);
    }
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

/** What this loop has to do besides reading events; times in milliseconds since the epoch. */
interface Due {
  offers: number;
  settle: number;
  compare: number;
  resync: boolean;
  settling: boolean;
}
