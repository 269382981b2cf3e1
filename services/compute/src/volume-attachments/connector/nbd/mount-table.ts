/** One line of `/proc/<pid>/mountinfo`, as far as the connector asks. */
export interface MountEntry {
  /** `major:minor` of the device. */
  readonly device: string;
  readonly path: string;
  readonly type: string;
  readonly source: string;
  /** A mount made in it appears in its peers, and so in servers. */
  readonly shared: boolean;
}

/** mountinfo writes space, tab, newline and backslash as octal. */
const unescape = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** Reads mountinfo (proc_pid_mountinfo(5)). Lines that do not fit are left out. */
export function parseMountInfo(text: string): MountEntry[] {
  return text.split('\n').flatMap((line) => {
    const [before, after] = line.split(' - ');
    const [, , device, , path, , ...optional] = before?.split(' ') ?? [];
    const [type, source] = after?.split(' ') ?? [];
    if (device === undefined || path === undefined || type === undefined || source === undefined) return [];
    const shared = optional.some((field) => field.startsWith('shared:'));
    return [{ device, path: unescape(path), type, source: unescape(source), shared }];
  });
}

/** The mount that a path lies in: of the longest that are its parents or itself, the one mounted last. */
export function mountOf(path: string, mounts: readonly MountEntry[]): MountEntry | undefined {
  const parents = mounts.filter((mount) => `${path}/`.startsWith(mount.path === '/' ? '/' : `${mount.path}/`));
  const longest = Math.max(...parents.map((mount) => mount.path.length));
  return parents.findLast((mount) => mount.path.length === longest);
}
