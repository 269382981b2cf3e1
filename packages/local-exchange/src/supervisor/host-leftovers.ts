import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identityOf, isAlive, type ProcessIdentity } from './pid-files.js';
import type { RootShell } from './root-shell.js';

/** The programs of volume attach; nothing else is ever ended by what its command line says. */
const EXPORTERS = new Set(['nbdkit', 'qemu-storage-daemon', 'qemu-storage-da']);

const END_PATIENCE_MS = 1000;
/** The kernel lets go of a device a moment after its last user. */
const SETTLE_PATIENCE_MS = 2000;
const POLL_MS = 50;

const UNMOUNT =
  'failed=0; for point; do umount -- "$point" || umount --lazy -- "$point" || failed=1; done; exit $failed';
const DETACH = 'losetup --detach "$@"';
const KILL = 'signal=$1; shift; kill -s "$signal" -- "$@"';

/** Octal escapes of /proc/self/mountinfo: space, tab, newline, backslash. */
export function unescapeMountPoint(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function isBelow(directory: string, file: string): boolean {
  return file.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
}

/** Mount points below `directory`, the last one mounted first. */
export function mountPointsBelow(directory: string, mountinfo: string): string[] {
  return mountinfo
    .split('\n')
    .map((line) => unescapeMountPoint(line.split(' ')[4] ?? ''))
    .filter((point) => isBelow(directory, point))
    .reverse();
}

async function loopsOf(directory: string): Promise<string[]> {
  const devices = (await readdir('/sys/block')).filter((name) => name.startsWith('loop'));
  const found = await Promise.all(
    devices.map(async (device) => {
      const file = await readFile(`/sys/block/${device}/loop/backing_file`, 'utf8').catch(() => '');
      return isBelow(directory, file.trim()) ? [`/dev/${device}`] : [];
    }),
  );
  return found.flat();
}

async function exportersOf(directory: string): Promise<ProcessIdentity[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const program = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
      if (!EXPORTERS.has(program)) return [];
      const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const identity = commandLine.includes(`${directory}/`) ? identityOf(Number(pid)) : undefined;
      return identity !== undefined && isAlive(identity) ? [identity] : [];
    }),
  );
  return found.flat();
}

async function without(list: () => Promise<readonly unknown[]>, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while ((await list()).length > 0 && Date.now() < deadline) await delay(POLL_MS);
}

/** One clearing: what it does as root, and why some of that failed. */
class Clearing {
  readonly reasons: string[] = [];

  constructor(
    private readonly home: string,
    private readonly shell: RootShell,
  ) {}

  /** Gives the mount points that are still there. */
  async unmount(): Promise<string[]> {
    const points = await this.mounts();
    if (points.length === 0) return [];
    await this.attempt(UNMOUNT, ...points);
    return this.mounts();
  }

  async detachLoops(): Promise<void> {
    const loops = await loopsOf(this.home);
    if (loops.length > 0) await this.attempt(DETACH, ...loops);
  }

  async endExporters(): Promise<void> {
    for (const signal of ['TERM', 'KILL']) {
      const pids = (await exportersOf(this.home)).map(({ pid }) => String(pid));
      if (pids.length === 0) return;
      await this.attempt(KILL, signal, ...pids);
      await without(() => exportersOf(this.home), END_PATIENCE_MS);
    }
  }

  // As the engine sees them: this process may have a mount namespace of its own.
  private async mounts(): Promise<string[]> {
    return mountPointsBelow(this.home, await this.shell('cat /proc/self/mountinfo'));
  }

  private async attempt(script: string, ...args: readonly string[]): Promise<void> {
    await this.shell(script, ...args).catch((error: unknown) => {
      this.reasons.push(error instanceof Error ? error.message : String(error));
    });
  }
}

/**
 * Takes away what volume attach left on this machine below `directory`: mounts, loop devices, and the programs that
 * export or connect volumes. Services do this themselves; this is for those that did not get to it. Names what stayed
 * all the same, and why; nothing when all of it is gone. Rejects if `shell` cannot even look.
 */
export async function clearHost(directory: string, shell: RootShell): Promise<string[]> {
  const home = path.resolve(directory);
  const clearing = new Clearing(home, shell);
  await clearing.unmount();
  await clearing.detachLoops();
  await clearing.endExporters();
  await without(() => loopsOf(home), SETTLE_PATIENCE_MS);
  // The connectors' own FUSE mounts go with them, or are left as dead ends.
  const mounts = await clearing.unmount();
  const [loops, exporters] = await Promise.all([loopsOf(home), exportersOf(home)]);
  const stayed = [
    ...mounts.map((point) => `mount ${point}`),
    ...loops.map((device) => `loop device ${device}`),
    ...exporters.map(({ pid }) => `exporter, process ${String(pid)}`),
  ];
  return stayed.length === 0 ? [] : [...stayed, ...clearing.reasons];
}
