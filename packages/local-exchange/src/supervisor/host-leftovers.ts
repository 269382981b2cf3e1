import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { endProcess, identityOf } from './pid-files.js';

const run = promisify(execFile);

/** The programs of volume attach; nothing else is ever ended by what its command line says. */
const EXPORTERS = new Set(['nbdkit', 'qemu-storage-daemon', 'qemu-storage-da']);

const UNMOUNT_PATIENCE_MS = 1000;

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

async function unmountAll(directory: string): Promise<number> {
  const points = mountPointsBelow(directory, await readFile('/proc/self/mountinfo', 'utf8'));
  for (const point of points) {
    await run('umount', [point]).catch(() => run('umount', ['--lazy', point]).catch(() => undefined));
  }
  return points.length;
}

async function detachLoops(directory: string): Promise<number> {
  const devices = (await readdir('/sys/block')).filter((name) => name.startsWith('loop'));
  let detached = 0;
  for (const device of devices) {
    const file = await readFile(`/sys/block/${device}/loop/backing_file`, 'utf8').catch(() => '');
    if (!isBelow(directory, file.trim())) continue;
    await run('losetup', ['--detach', `/dev/${device}`]).catch(() => undefined);
    detached += 1;
  }
  return detached;
}

async function exportersOf(directory: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const program = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
      if (!EXPORTERS.has(program)) return [];
      const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return commandLine.includes(`${directory}/`) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

/**
 * Takes away what volume attach left on this machine below `directory`: mounts, loop devices, and the programs that
 * export or connect volumes. Services do this themselves; this is for those that did not get to it.
 */
export async function clearHost(directory: string): Promise<number> {
  const home = path.resolve(directory);
  let count = await unmountAll(home);
  count += await detachLoops(home);
  for (const pid of await exportersOf(home)) {
    const identity = identityOf(pid);
    if (identity === undefined) continue;
    await endProcess(identity, UNMOUNT_PATIENCE_MS);
    count += 1;
  }
  // The connectors' own FUSE mounts go with them, or are left as dead ends.
  return count + (await unmountAll(home));
}
