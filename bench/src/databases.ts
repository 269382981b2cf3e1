import { join } from 'node:path';
import { Postgres } from '@ocx/local-exchange/supervisor/postgres';
import { StateDirectory } from '@ocx/local-exchange/supervisor/state-directory';
import { freePort } from './free-port.js';
import type { Workplace } from './workplace.js';

/** A durable PostgreSQL cluster of the bench's own, with fsync as in production. */
export class Databases {
  private made = 0;

  private constructor(private readonly postgres: Postgres) {}

  /** Two of one workplace have different names. */
  static async open(workplace: Workplace, name = 'databases'): Promise<Databases> {
    const directory = new StateDirectory(join(workplace.directory, name));
    await directory.prepare();
    const postgres = await Postgres.start(directory, await freePort());
    workplace.onClose(() => postgres.stop());
    return new Databases(postgres);
  }

  /** Of the server, whose children are its connections. */
  get pid(): number {
    return this.postgres.pid;
  }

  /** Ends it without care, and starts it again: it recovers from its log. */
  async crash(): Promise<void> {
    this.postgres.kill();
    await this.postgres.restart();
  }

  /** The URL of a new, empty database. */
  create(): Promise<string> {
    this.made += 1;
    return this.postgres.database(`bench${this.made}`);
  }
}
