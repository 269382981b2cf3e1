import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { setImmediate as turn } from 'node:timers/promises';
import { Client, type Notification } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { CHANGES_CHANNEL, type WatchedTable } from './watched-tables.js';

const DEADLINE_MS = 5_000;
const RECONNECT_MS = 1_000;
const MAX_RECONNECT_MS = 60_000;

/** A pooler gives each statement to another connection of its own, and what this one is told to somebody else. */
async function refusePooler(client: Client): Promise<void> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const { processID } = client as unknown as { readonly processID: number };
  if (rows[0]?.pid !== processID) throw new Error('A connection pooler stands before PostgreSQL.');
}

/**
 * Counts the changes of tables, whichever replica or operator makes them. PostgreSQL tells each commit's changes to a
 * connection that listens before it lets an answer on that connection end. So an empty statement, sent after a commit
 * was acknowledged to anybody, does not come back before that commit is counted here.
 */
@Injectable()
export class TableChanges implements OnModuleDestroy {
  private readonly logger = new Logger(TableChanges.name);
  private readonly counts = new Map<string, number>();
  private listening: Client | undefined;
  private opening: Promise<void> | undefined;
  /** Statements that asked whether something changed. */
  asked = 0;
  /** How often the connection was opened, or could not be. */
  tried = 0;
  private failures = 0;
  private retryAt = 0;
  private ended = false;
  private asking: Promise<boolean> | undefined;
  private isSent = false;
  private next: Promise<boolean> | undefined;

  constructor(private readonly dataSource: DataSource) {}

  async onModuleDestroy(): Promise<void> {
    this.ended = true;
    await this.opening;
    await this.listening?.end().catch(() => undefined);
  }

  /** A number that differs from every earlier one if any of the tables was changed between. Undefined when nobody can tell. */
  stamp(tables: readonly WatchedTable[]): number | undefined {
    if (!this.listening) return undefined;
    return tables.reduce((sum, table) => sum + (this.counts.get(table) ?? 0), this.counts.get('') ?? 0);
  }

  /**
   * Resolves when every change that was committed before this call is counted: false when nobody can tell. One statement
   * serves everybody who asks before it is sent; who asks later waits for one that is sent later.
   */
  settled(): Promise<boolean> {
    if (this.asking && !this.isSent) return this.asking;
    if (this.asking) return (this.next ??= this.asking.then(() => this.ask()));
    return this.ask();
  }

  private ask(): Promise<boolean> {
    this.next = undefined;
    this.isSent = false;
    this.asking = this.send().finally(() => {
      if (!this.next) this.asking = undefined;
    });
    return this.asking;
  }

  private async send(): Promise<boolean> {
    // Everybody whose request has arrived by now gets into the same statement.
    await turn();
    this.isSent = true;
    this.asked += 1;
    const client = this.listening;
    if (!client) {
      this.open();
      return false;
    }
    try {
      await client.query('');
      return this.listening === client;
    } catch (error) {
      this.lose(client, error);
      return false;
    }
  }

  private open(): void {
    if (this.ended || this.opening || Date.now() < this.retryAt) return;
    this.opening = this.listen()
      .then(() => {
        this.failures = 0;
      })
      .catch((error: unknown) => {
        this.retryAt = Date.now() + Math.min(RECONNECT_MS * 2 ** this.failures, MAX_RECONNECT_MS);
        this.failures += 1;
        this.logger.warn({ error }, 'the database tells nothing of its changes; every read goes to it');
      })
      .finally(() => {
        this.tried += 1;
        this.opening = undefined;
      });
  }

  private async listen(): Promise<void> {
    const { url } = this.dataSource.options as PostgresDataSourceOptions;
    const client = new Client({
      connectionString: url,
      application_name: 'ocx-changes',
      connectionTimeoutMillis: DEADLINE_MS,
      query_timeout: DEADLINE_MS,
      keepAlive: true,
    });
    client.on('error', (error) => {
      this.lose(client, error);
    });
    client.on('end', () => {
      this.lose(client);
    });
    client.on('notification', ({ payload }: Notification) => {
      this.count(payload ?? '');
    });
    try {
      await client.connect();
      await refusePooler(client);
      await client.query(`LISTEN ${CHANGES_CHANNEL}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    // What happened while nobody listened is not known: everything may have changed.
    this.count('');
    this.listening = client;
  }

  private count(table: string): void {
    this.counts.set(table, (this.counts.get(table) ?? 0) + 1);
  }

  private lose(client: Client, error?: unknown): void {
    if (this.listening !== client) return;
    this.listening = undefined;
    this.retryAt = Date.now() + RECONNECT_MS;
    if (!this.ended) this.logger.warn({ error }, 'the database tells nothing of its changes; every read goes to it');
    void client.end().catch(() => undefined);
  }
}
