import { Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { BackendUnavailable } from './errors.js';

/** Milliseconds; never set back. */
const CLOCK = { now: () => performance.now() };

interface Known<T> {
  readonly value: T;
  /** As the clock tells. */
  readonly readAt: number;
}

/**
 * What another party says, read at most every `freshMs` for each key, and once for all who ask at the same time. While
 * the party does not answer, what it said last counts until it is `keptMs` old; it is then asked again every `retryMs`.
 */
export class LastKnown<T> {
  private readonly logger = new Logger(LastKnown.name);
  private readonly cache: LRUCache<string, Known<T>>;

  constructor(
    private readonly options: {
      /** What is read, as the log and the caller are told, and the reason code for when it is not known. */
      readonly what: string;
      readonly reason: string;
      readonly read: (key: string) => Promise<T>;
      readonly freshMs: number;
      readonly retryMs: number;
      readonly keptMs: number;
      /** Keys remembered. */
      readonly max: number;
    },
  ) {
    this.cache = new LRUCache({
      max: options.max,
      ttl: options.freshMs,
      perf: CLOCK,
      // Room is made for other keys by those that are read, whose readers wait on.
      ignoreFetchAbort: true,
      fetchMethod: (key, known, { options: kept }) =>
        this.read(key, known, () => {
          kept.ttl = options.retryMs;
        }),
    });
  }

  /** Throws {@link BackendUnavailable}. */
  async get(key: string): Promise<T> {
    const known = await this.cache.fetch(key);
    if (known === undefined) throw this.unavailable();
    return known.value;
  }

  private async read(key: string, known: Known<T> | undefined, retrySoon: () => void): Promise<Known<T>> {
    try {
      return { value: await this.options.read(key), readAt: CLOCK.now() };
    } catch (error) {
      const isGood = known !== undefined && CLOCK.now() - known.readAt <= this.options.keptMs;
      const why = error instanceof Error ? error.message : String(error);
      this.logger.warn(`${this.options.what}: ${isGood ? 'what was read last counts' : 'not known'}: ${why}`);
      if (!isGood) throw this.unavailable(error);
      retrySoon();
      return known;
    }
  }

  private unavailable(cause?: unknown): BackendUnavailable {
    const { what, reason } = this.options;
    return new BackendUnavailable(`${what} cannot be told now.`, { reason, cause });
  }
}
