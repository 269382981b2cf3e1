import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import type { LandlordEvent } from '@ocx/openstack-api/exchange/documents';
import { LandlordParty } from '../enrolment/landlord-party.js';
import { EventsRepository } from './events.repository.js';

const PAGE = 500;
/** How often a waiting reader looks. The database is asked, so that every replica's events wake it. */
const POLL_MS = 150;

export type NewEvent = Omit<LandlordEvent, 'seq' | 'landlord_id' | 'at'>;

/** The landlord's signed feed: numbered without gaps in the order of commits, resumable from any number. */
@Injectable()
export class LandlordEvents implements BeforeApplicationShutdown {
  private stopping = false;

  constructor(
    private readonly repository: EventsRepository,
    private readonly party: LandlordParty,
  ) {}

  /** Before the server closes: it waits for the answers of those who wait here. */
  beforeApplicationShutdown(): void {
    this.stopping = true;
  }

  /**
   * Appends events, which become visible when the transaction of `manager` commits. Other events wait for that: call it
   * last. Before enrolment nobody listens and nothing is written.
   */
  async emit(manager: EntityManager, ...events: readonly NewEvent[]): Promise<void> {
    const enrolled = this.party.current();
    if (!enrolled) return;
    const last = await this.repository.reserve(manager, events.length);
    const at = new Date().toISOString();
    const numbered = events.map(async (event, index) => {
      const seq = last - events.length + 1 + index;
      const payload: LandlordEvent = { seq, landlord_id: enrolled.landlordId, at, ...event };
      return { seq, document: await this.party.key.sign('ocx-event+jwt', payload) };
    });
    await this.repository.append(manager, await Promise.all(numbered));
  }

  /** Appends an event in a transaction of its own. */
  announce(event: NewEvent): Promise<void> {
    return this.repository.transaction((manager) => this.emit(manager, event));
  }

  /**
   * Events after `after`, oldest first, at most one page; waits up to `seconds` for the first. `last` is the number of
   * the newest event there is, or was a moment ago: a reader is up to date when it has that one.
   */
  async read(after: number, seconds: number, signal: AbortSignal): Promise<{ events: string[]; last: number }> {
    const deadline = Date.now() + seconds * 1000;
    let last = await this.repository.last();
    while (last <= after && Date.now() < deadline && !this.stopping && !signal.aborted) {
      await sleep(POLL_MS);
      last = await this.repository.last();
    }
    return { events: last > after ? await this.repository.after(after, PAGE) : [], last };
  }
}
