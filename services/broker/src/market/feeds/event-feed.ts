import { Injectable, Logger } from '@nestjs/common';
import { LandlordEvent } from '@ocx/openstack-api/exchange/documents';
import { LandlordEventList } from '@ocx/openstack-api/exchange/landlord';
import { DocumentRefused } from '@ocx/openstack-client/documents';
import { PeerMisbehaved, PeerUnreachable } from '@ocx/openstack-client/http';
import { LandlordConnections } from '../../landlords/landlord-connections.js';
import { LandlordDocuments } from '../../landlords/landlord-documents.js';
import type { Landlord } from '../../landlords/landlord.js';

const MAX_BYTES = 2 * 1024 * 1024;

export interface EventPage {
  /** Verified and in order, each newer than the one before. */
  readonly events: readonly LandlordEvent[];
  /** Number of the newest event at the landlord. */
  readonly last: number;
  /** Numbers are missing, or the landlord's feed began anew: what the events would have told must be read. */
  readonly gap: boolean;
}

/** Reads a landlord's numbered, signed feed. */
@Injectable()
export class EventFeed {
  private readonly logger = new Logger(EventFeed.name);

  constructor(
    private readonly connections: LandlordConnections,
    private readonly documents: LandlordDocuments,
  ) {}

  /** Events after number `after`; waits up to `waitSeconds` for one. */
  async read(landlord: Landlord, after: number, waitSeconds: number, signal: AbortSignal): Promise<EventPage> {
    const session = await this.connections.forFeed(landlord, true);
    const answer = await session.request('GET', `/landlord/v1/events?after=${after}&wait=${waitSeconds}`, {
      deadlineMs: waitSeconds * 1000 + 5_000,
      maxBytes: MAX_BYTES,
      signal,
    });
    // A landlord that is going down or coming up has no feed: it is away, which is no misbehaviour.
    if (answer.status >= 500) throw new PeerUnreachable(`${landlord.name} serves no events (${answer.status}).`);
    const body = answer.status === 200 ? LandlordEventList.safeParse(answer.json()) : undefined;
    if (!body?.success) {
      this.connections.breaker.count(landlord.id, 'events_malformed');
      throw new PeerMisbehaved(`The events of ${landlord.name} are not what the protocol says.`);
    }
    const events: LandlordEvent[] = [];
    let gap = body.data.last < after;
    let previous = gap ? 0 : after;
    for (const jws of body.data.events) {
      const event = await this.verified(landlord, jws);
      // An unusable event still has a number; without it the next one shows a gap, and everything is read anew.
      if (!event) continue;
      if (event.seq <= previous) {
        this.connections.breaker.count(landlord.id, 'event_order');
        continue;
      }
      gap ||= event.seq !== previous + 1;
      previous = event.seq;
      events.push(event);
    }
    return { events, last: body.data.last, gap };
  }

  private async verified(landlord: Landlord, jws: string): Promise<LandlordEvent | undefined> {
    try {
      const event = await this.documents.verify(landlord, 'ocx-event+jwt', jws, {
        schema: LandlordEvent,
        dated: ({ at }) => at,
      });
      if (event.landlord_id === landlord.id) return event;
      this.connections.breaker.count(landlord.id, 'event_foreign');
    } catch (error) {
      if (!(error instanceof DocumentRefused)) throw error;
      this.connections.breaker.count(landlord.id, 'event_refused');
      this.logger.warn(`dropped an event of ${landlord.name}: ${error.message}`);
    }
    return undefined;
  }
}
