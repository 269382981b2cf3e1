import { randomUUID } from 'node:crypto';
import { link, rm } from 'node:fs/promises';
import { isAlive, readPidFile, writePidFile } from './pid-files.js';
import type { StateDirectory } from './state-directory.js';

/** One exchange at a time writes to a directory: whoever made the file `exchange.pid` in it, as long as that process lives. */
export class DirectoryClaim {
  private constructor(private readonly file: string) {}

  /** Throws when another process has it. What a process that died left is taken over. */
  static async take(state: StateDirectory): Promise<DirectoryClaim> {
    const file = state.at('exchange.pid');
    for (;;) {
      if (await made(file)) return new DirectoryClaim(file);
      const holder = await readPidFile(file);
      if (holder && isAlive(holder)) {
        const where = holder.pid === process.pid ? 'this process' : `process ${String(holder.pid)}`;
        throw new Error(`An exchange is already running here (${where}). Stop it with Ctrl-C there.`);
      }
      await rm(file, { force: true });
    }
  }

  async release(): Promise<void> {
    await rm(this.file, { force: true });
  }
}

/** Made by exactly one of those who try at once, and never seen half written. */
async function made(file: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  await writePidFile(draft, process.pid);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}
