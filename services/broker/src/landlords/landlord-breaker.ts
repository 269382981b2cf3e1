import { Injectable } from '@nestjs/common';
import { PeerMisbehaved, PeerUnreachable } from '@ocx/openstack-client/http';

/** The landlord failed lately and is not called until its pause is over. Costs nothing. */
export class LandlordUnreachable extends PeerUnreachable {
  override name = 'LandlordUnreachable';
}

const FAILURES_TO_OPEN = 2;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

interface Health {
  failures: number;
  /** Calls fail at once until then; 0 while the landlord is well. */
  openUntil: number;
  pauseMs: number;
}

/**
 * A circuit breaker per landlord. After two failures in a row every call fails at once, until a pause is over and one
 * call may try again; the pause doubles up to 15 seconds. Any answer at all closes the circuit. Misbehaving answers
 * do not open it (the landlord is there), they are counted.
 */
@Injectable()
export class LandlordBreaker {
  private readonly health = new Map<string, Health>();
  private readonly misbehaved = new Map<string, Map<string, number>>();

  isReachable(landlordId: string): boolean {
    return (this.health.get(landlordId)?.openUntil ?? 0) <= Date.now();
  }

  /** @param probe calls also while the circuit is open: for the one party that finds out when the landlord is back. */
  async run<T>(landlordId: string, call: () => Promise<T>, probe = false): Promise<T> {
    const before = this.health.get(landlordId);
    if (!probe && before && before.openUntil > Date.now()) {
      throw new LandlordUnreachable('The landlord did not answer lately.');
    }
    // Half open: everybody else keeps failing at once while this one call tries.
    if (before && before.openUntil > 0) before.openUntil = Date.now() + before.pauseMs;
    try {
      const result = await call();
      this.health.delete(landlordId);
      return result;
    } catch (error) {
      if (error instanceof PeerMisbehaved) this.count(landlordId, 'misbehaved');
      else if (error instanceof PeerUnreachable) this.failed(landlordId);
      throw error;
    }
  }

  /** Notes an answer that was dropped: a bad signature, a foreign id, a body out of bounds. */
  count(landlordId: string, what: string): void {
    const counters = this.misbehaved.get(landlordId) ?? new Map<string, number>();
    counters.set(what, (counters.get(what) ?? 0) + 1);
    this.misbehaved.set(landlordId, counters);
  }

  /** Answers dropped since this process started, by what was wrong with them. */
  dropped(landlordId: string): Record<string, number> {
    return Object.fromEntries(this.misbehaved.get(landlordId) ?? []);
  }

  private failed(landlordId: string): void {
    const known = this.health.get(landlordId) ?? { failures: 0, openUntil: 0, pauseMs: FIRST_PAUSE_MS / 2 };
    const failures = known.failures + 1;
    if (failures < FAILURES_TO_OPEN) {
      this.health.set(landlordId, { ...known, failures });
      return;
    }
    const pauseMs = Math.min(known.pauseMs * 2, LONGEST_PAUSE_MS);
    this.health.set(landlordId, { failures, pauseMs, openUntil: Date.now() + pauseMs });
  }
}
