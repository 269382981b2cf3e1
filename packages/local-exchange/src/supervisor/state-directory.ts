import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Where one exchange keeps everything it writes: `.ocx/` in the clone, or a test's own directory. */
export class StateDirectory {
  constructor(readonly root: string) {}

  at(...parts: string[]): string {
    return path.join(this.root, ...parts);
  }

  logOf(name: string): string {
    return this.at('logs', `${name}.log`);
  }

  async make(...parts: string[]): Promise<string> {
    const directory = this.at(...parts);
    await mkdir(directory, { recursive: true });
    return directory;
  }

  /** Throws where the exchange of another user lives: most of its files are closed to everybody else. */
  async prepare(): Promise<void> {
    const file = this.at('exchange.json');
    const owner = existsSync(file) ? (await stat(file)).uid : undefined;
    if (owner !== undefined && owner !== process.getuid?.()) {
      throw new Error(
        `The exchange in ${this.root} belongs to another user (uid ${String(owner)}): start it, or clean it away, as that user.`,
      );
    }
    await mkdir(this.root, { recursive: true });
    await Promise.all([
      this.make('logs'),
      this.make('run'),
      mkdir(this.at('secrets'), { recursive: true, mode: 0o700 }),
    ]);
  }

  /** A password made once and kept in a file that only its owner reads; never printed, never in a process list. */
  async secret(name: string): Promise<string> {
    const file = this.secretFile(name);
    const known = await readIfThere(file);
    if (known !== undefined && known !== '') return known.trim();
    const made = randomBytes(24).toString('base64url');
    await this.writePrivate(file, `${made}\n`);
    return made;
  }

  secretFile(name: string): string {
    return this.at('secrets', name);
  }

  /** Written whole or not at all, readable by its owner alone. */
  async writePrivate(file: string, text: string): Promise<void> {
    const draft = `${file}.new`;
    await writeFile(draft, text, { mode: 0o600 });
    await chmod(draft, 0o600);
    await rename(draft, file);
  }

  async readJson(name: string): Promise<unknown> {
    const text = await readIfThere(this.at(name));
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  }

  async writeJson(name: string, value: unknown): Promise<void> {
    await this.writePrivate(this.at(name), `${JSON.stringify(value, null, 2)}\n`);
  }
}

/** Undefined only where there is no file: one that cannot be read must not be taken for a new start. */
async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
