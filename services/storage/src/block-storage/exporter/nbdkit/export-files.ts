import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Uuid } from '@ocx/openstack-api/ids';
import { parse } from '@ocx/service-kit/validation';
import { z } from 'zod';

const KEY_BYTES = 32;
const Saved = z.strictObject({ port: z.int().min(1).max(65_535) });
const KeyLine = /^([0-9a-f-]{36}):([0-9a-f]{64})\n$/;

async function writeDurably(path: string, content: string): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** What an export needs to come back as it was: its key and its port, in a directory only this user may enter. */
export class ExportFiles {
  constructor(private readonly root: string) {}

  directory(id: string): string {
    return join(this.root, parse(Uuid, id));
  }

  keyFile(id: string): string {
    return join(this.directory(id), 'keys.psk');
  }

  pidFile(id: string): string {
    return join(this.directory(id), 'nbdkit.pid');
  }

  logFile(id: string): string {
    return join(this.directory(id), 'nbdkit.log');
  }

  /** The attachment's key, made at the first call. */
  async key(id: string): Promise<string> {
    await mkdir(this.directory(id), { recursive: true, mode: 0o700 });
    const line = await readIfThere(this.keyFile(id));
    const [, user, existing] = KeyLine.exec(line ?? '') ?? [];
    if (user === id && existing !== undefined) return existing;
    const key = randomBytes(KEY_BYTES).toString('hex');
    await writeDurably(this.keyFile(id), `${id}:${key}\n`);
    return key;
  }

  async port(id: string): Promise<number | undefined> {
    const text = await readIfThere(join(this.directory(id), 'export.json'));
    return text === undefined ? undefined : Saved.parse(JSON.parse(text)).port;
  }

  async savePort(id: string, port: number): Promise<void> {
    await writeDurably(join(this.directory(id), 'export.json'), JSON.stringify({ port }));
  }

  async pid(id: string): Promise<number | undefined> {
    const text = (await readIfThere(this.pidFile(id)))?.trim() ?? '';
    return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
  }

  async removePid(id: string): Promise<void> {
    await rm(this.pidFile(id), { force: true });
  }

  /** The key first: whatever happens next, it opens nothing. */
  async remove(id: string): Promise<void> {
    await rm(this.keyFile(id), { force: true });
    await rm(this.directory(id), { recursive: true, force: true });
  }

  async list(): Promise<string[]> {
    try {
      return (await readdir(this.root)).filter((name) => Uuid.safeParse(name).success);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }
}
