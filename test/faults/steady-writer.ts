import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Session } from '@ocx/local-exchange/api/session';
import { z } from 'zod';

const Made = z.object({ user: z.object({ id: z.string() }) });
const Listed = z.object({ users: z.array(z.object({ name: z.string() })) });
const RETRY_MS = 50;

/** Clients that make users at identity without pause, each the next one as soon as the last was acknowledged. */
export class SteadyWriter {
  private readonly prefix = `steady-${randomBytes(4).toString('hex')}-`;
  private readonly acknowledged = new Set<string>();
  private readonly stopped = new AbortController();
  private readonly clients: Promise<void>[];
  failures = 0;

  constructor(
    private readonly session: Session,
    private readonly identity: string,
    clients: number,
  ) {
    this.clients = Array.from({ length: clients }, (_, index) => this.write(`${this.prefix}${String(index)}`));
  }

  /** How many writes were acknowledged so far. */
  get count(): number {
    return this.acknowledged.size;
  }

  /** Ends the clients. Gives the names that were acknowledged and are not there. */
  async lost(): Promise<string[]> {
    this.stopped.abort();
    await Promise.all(this.clients);
    const { users } = await this.session.get(Listed, `${this.identity}/users?name__startswith=${this.prefix}`);
    const there = new Set(users.map(({ name }) => name));
    return [...this.acknowledged].filter((name) => !there.has(name));
  }

  private async write(name: string): Promise<void> {
    for (let number = 0; !this.stopped.signal.aborted; number += 1) {
      const user = { name: `${name}-${String(number)}`, domain_id: 'default' };
      try {
        await this.session.post(Made, `${this.identity}/users`, { user });
        this.acknowledged.add(user.name);
      } catch {
        this.failures += 1;
        await delay(RETRY_MS);
      }
    }
  }
}
