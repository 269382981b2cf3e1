import { Injectable } from '@nestjs/common';
import { AsyncLocalStorage } from 'node:async_hooks';
import { LRUCache } from 'lru-cache';
import { TableChanges } from './table-changes.js';
import type { WatchedTable } from './watched-tables.js';

export interface FreshReadOptions {
  /** Every table that the read looks at. */
  readonly tables: readonly WatchedTable[];
  readonly max?: number;
  /** For a read that looks at the time, too. */
  readonly maxAgeMs?: number;
}

interface Moment {
  settled?: Promise<boolean>;
}

/** A read that was made before and that nothing has changed since; at any replica, from the commit on. */
export class FreshRead<V> {
  private readonly known: LRUCache<string, { readonly stamp: number; readonly value: V }>;

  constructor(
    private readonly stamp: (tables: readonly WatchedTable[]) => Promise<number | undefined>,
    private readonly options: FreshReadOptions,
  ) {
    this.known = new LRUCache({ max: options.max ?? 10_000, ttl: options.maxAgeMs ?? 0 });
  }

  /** What `load` gave for this key, or gives now. It is shared: nobody may alter it. */
  async get(key: string, load: () => Promise<V>): Promise<V> {
    const stamp = await this.stamp(this.options.tables);
    if (stamp === undefined) return load();
    const known = this.known.get(key);
    if (known?.stamp === stamp) return known.value;
    // A change that is committed during the read has a later stamp, so that its result is not taken for a newer one.
    const value = await load();
    this.known.set(key, { stamp, value });
    return value;
  }
}

@Injectable()
export class FreshReads {
  private readonly moments = new AsyncLocalStorage<Moment>();

  constructor(private readonly changes: TableChanges) {}

  of<V>(options: FreshReadOptions): FreshRead<V> {
    return new FreshRead<V>((tables) => this.stamp(tables), options);
  }

  /**
   * Every read within `work` sees what was committed when it began, and may see more: they ask together whether something
   * has changed. Nothing within may change what it reads afterwards.
   */
  together<T>(work: () => Promise<T>): Promise<T> {
    return this.moments.getStore() ? work() : this.moments.run({}, work);
  }

  private async stamp(tables: readonly WatchedTable[]): Promise<number | undefined> {
    const moment = this.moments.getStore();
    if (!moment) return (await this.changes.settled()) ? this.changes.stamp(tables) : undefined;
    moment.settled ??= this.changes.settled();
    return (await moment.settled) ? this.changes.stamp(tables) : undefined;
  }
}
