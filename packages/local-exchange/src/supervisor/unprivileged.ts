import { spawnSync } from 'node:child_process';
import { chown } from 'node:fs/promises';
import path from 'node:path';

/** Debian's `nobody` and `nogroup`: an account that owns nothing else here. */
const NOBODY = 65_534;

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

export const runsAsRoot = process.getuid?.() === 0;

function dropped(command: string, args: readonly string[]): Command {
  const ids = [`--reuid=${String(NOBODY)}`, `--regid=${String(NOBODY)}`, '--clear-groups', '--no-new-privs'];
  return { command: 'setpriv', args: [...ids, '--', command, ...args] };
}

function nobodyReaches(directory: string): boolean {
  const { command, args } = dropped('test', ['-x', directory]);
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** The uppermost ancestor that nobody may not enter, such as /root. */
function closedAncestor(directory: string): string {
  const ancestors: string[] = [];
  for (let at = directory; at !== path.dirname(at); at = path.dirname(at)) ancestors.unshift(at);
  return ancestors.find((at) => !nobodyReaches(at)) ?? directory;
}

/**
 * A mount namespace of the program's own, in which `closed` is an empty directory that anyone may enter and the needed
 * directories stand at their own paths in it. It ends with the program and leaves the machine as it was.
 */
function openedUp(closed: string, directories: readonly string[], inner: Command): Command {
  const argument = (index: number) => `"$\{${String(index + 2)}}"`;
  const script = [
    'mount -t tmpfs -o mode=0755 ocx /run',
    ...directories.map((_, i) => `mkdir /run/${String(i)}; mount --bind ${argument(i)} /run/${String(i)}`),
    'mount -t tmpfs -o mode=0755 ocx "$1"',
    ...directories.map((_, i) => `mkdir -p ${argument(i)}; mount --bind /run/${String(i)} ${argument(i)}`),
    'umount --lazy /run',
    `shift ${String(directories.length + 1)}`,
    'exec "$@"',
  ].join('\n');
  const namespace = ['--mount', '--propagation', 'private', '--', 'sh', '-euc', script, 'sh'];
  return { command: 'unshare', args: [...namespace, closed, ...directories, inner.command, ...inner.args] };
}

/**
 * The command that runs a program with as few rights as it needs: as root it becomes `nobody`, for PostgreSQL refuses to
 * run as root and a web server has no business with it; for any other user it is the command itself. `directories`
 * are those the program uses; they may lie where `nobody` cannot go.
 */
export function unprivileged(command: string, args: readonly string[], directories: readonly string[]): Command {
  if (!runsAsRoot) return { command, args };
  const inner = dropped(command, args);
  const unreachable = directories.find((directory) => !nobodyReaches(path.dirname(directory)));
  if (unreachable === undefined) return inner;
  const closed = closedAncestor(path.dirname(unreachable));
  const covered = directories.filter((directory) => directory.startsWith(`${closed}/`));
  return openedUp(closed, covered, inner);
}

/** Hands a directory or file to the account that `unprivileged` programs run as. */
export async function giveToUnprivileged(file: string): Promise<void> {
  if (runsAsRoot) await chown(file, NOBODY, NOBODY);
}
