import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Postgres } from '@ocx/local-exchange/supervisor/postgres';
import { StateDirectory } from '@ocx/local-exchange/supervisor/state-directory';
import { freePort } from './free-port.js';

export interface Databases {
  /** The URL of a new, empty database. */
  create(): Promise<string>;
  close(): Promise<void>;
}

/** A durable PostgreSQL cluster of the bench's own: with fsync, as in production. */
export async function openDatabases(): Promise<Databases> {
  const directory = new StateDirectory(await mkdtemp(join(tmpdir(), 'ocx-bench-postgres-')));
  await directory.prepare();
  const postgres = await Postgres.start(directory, await freePort());
  let made = 0;
  return {
    create: () => {
      made += 1;
      return postgres.database(`bench${made}`);
    },
    close: async () => {
      await postgres.stop();
      await rm(directory.root, { recursive: true, force: true });
    },
  };
}
