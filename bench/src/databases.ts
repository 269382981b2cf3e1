import { join } from 'node:path';
import { Postgres } from '@ocx/local-exchange/supervisor/postgres';
import { StateDirectory } from '@ocx/local-exchange/supervisor/state-directory';
import { freePort } from './free-port.js';
import type { Workplace } from './workplace.js';

/** A durable PostgreSQL cluster of the bench's own, with fsync as in production. Gives the URL of a new, empty database. */
export async function openDatabases(workplace: Workplace): Promise<() => Promise<string>> {
  const directory = new StateDirectory(join(workplace.directory, 'databases'));
  await directory.prepare();
  const postgres = await Postgres.start(directory, await freePort());
  workplace.onClose(() => postgres.stop());
  let made = 0;
  return () => {
    made += 1;
    return postgres.database(`bench${made}`);
  };
}
