import { readFileSync } from 'node:fs';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A process for good: its number is used again after its end, its number with its start time is not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat, in clock ticks since boot. */
  readonly startTime: string;
}

interface ProcessStat {
  readonly state: string;
  readonly startTime: string;
}

function statOf(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startTime: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

export function identityOf(pid: number): ProcessIdentity | undefined {
  const stat = statOf(pid);
  return stat && { pid, startTime: stat.startTime };
}

/** A zombie has ended; only its parent has not noticed yet. */
export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  const stat = statOf(pid);
  return stat !== undefined && stat.startTime === startTime && stat.state !== 'Z';
}

export async function writePidFile(file: string, pid: number): Promise<void> {
  const identity = identityOf(pid);
  if (identity) await writeFile(file, `${String(pid)} ${identity.startTime}\n`);
}

export async function readPidFile(file: string): Promise<ProcessIdentity | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const [pid, startTime] = text.trim().split(' ');
  if (!pid || !startTime || !/^[1-9]\d*$/.test(pid)) return undefined;
  return { pid: Number(pid), startTime };
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // Otherwise it ended by itself in between.
    if (error instanceof Error && 'code' in error && error.code === 'EPERM') {
      throw new Error(`Process ${String(Math.abs(pid))} is to be ended, and belongs to another user.`, {
        cause: error,
      });
    }
  }
}

/** SIGTERM, or the signal the program ends cleanly on; SIGKILL for it and its group when the patience is over. */
export async function endProcess(
  identity: ProcessIdentity,
  patienceMs: number,
  gentle: NodeJS.Signals = 'SIGTERM',
): Promise<void> {
  if (!isAlive(identity)) return;
  signal(identity.pid, gentle);
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    if (!isAlive(identity)) return;
    await delay(25);
  }
  signal(-identity.pid, 'SIGKILL');
  signal(identity.pid, 'SIGKILL');
  while (isAlive(identity)) await delay(10);
}

/** Ends what a run that died left behind, named by the pid files in `directory`. Gives their names. */
export async function endLeftovers(directory: string, patienceMs: number): Promise<string[]> {
  const files = (await readdir(directory).catch(() => [])).filter((file) => file.endsWith('.pid'));
  const ended = await Promise.all(
    files.map(async (file) => {
      const identity = await readPidFile(path.join(directory, file));
      const alive = identity !== undefined && isAlive(identity);
      if (alive) await endProcess(identity, patienceMs);
      await rm(path.join(directory, file), { force: true });
      return alive ? [path.basename(file, '.pid')] : [];
    }),
  );
  return ended.flat();
}
