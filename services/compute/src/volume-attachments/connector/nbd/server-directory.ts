import { BackendUnavailable, Conflict } from '@ocx/service-kit/errors';
import type { HostTools } from '../mount-host/host-tools.js';
import type { AttachForm } from '../volume-connector.js';
import { type MountEntry, parseMountInfo } from './mount-table.js';

const SOURCE = 'ocx-volumes';
/** The names a volume can have in a server: `vda` would be the root disk. */
export const DEVICE_NAMES = Array.from({ length: 25 }, (_, index) => `vd${String.fromCharCode(98 + index)}`);

/**
 * The directory a server shares with its host. It is a small read-only file system holding one empty place per device
 * name: what runs in the server can neither put a symbolic link where the host will mount, nor write beside a volume
 * that is not attached.
 */
export class ServerDirectory {
  constructor(
    private readonly tools: HostTools,
    private readonly form: AttachForm,
  ) {}

  async mounts(): Promise<MountEntry[]> {
    return parseMountInfo(await this.tools.must(['cat', '/proc/self/mountinfo']));
  }

  async prepare(directory: string): Promise<void> {
    // A new server's directory cannot be a mount yet, and creating a server is what has to be quick: one command.
    const made = await this.make(directory, 'new');
    if (made === 'ready' || (await this.isPrepared(directory))) return;
    if ((await this.make(directory, 'present')) !== 'ready') {
      throw new BackendUnavailable('The directory for volumes cannot be prepared.', { reason: 'tool_failed' });
    }
  }

  private async make(directory: string, expected: 'new' | 'present'): Promise<'ready' | 'not made'> {
    const create = this.form === 'mount' ? 'mkdir' : 'touch';
    const places = DEVICE_NAMES.map((name) => `"$1/${name}"`).join(' ');
    // The remount is of the file system, not of this mount: it binds every view of it, the server's too. Sharing comes
    // last: it tells a directory that is ready from one whose making was cut in half.
    const script = `
      [ "$2" = present ] || [ ! -e "$1" ] || exit 17
      mkdir -p -m 0755 -- "$1" || exit 1
      mount -t tmpfs -o mode=0755,size=256k,nr_inodes=64,nosuid,nodev,noexec ${SOURCE} "$1" || exit 1
      ${create} -- ${places} && mount -o remount,ro --make-shared "$1" && exit 0
      umount -- "$1"
      exit 1`;
    const result = await this.tools.run(['sh', '-c', script, 'sh', directory, expected]);
    return result.exitCode === 0 ? 'ready' : 'not made';
  }

  async release(directory: string): Promise<void> {
    const mounts = await this.mounts();
    if (mounts.some(({ path }) => path.startsWith(`${directory}/`))) {
      throw new Conflict('The server still has volumes attached.', { reason: 'volume_busy' });
    }
    for (const mount of mounts) {
      if (mount.path === directory && mount.source === SOURCE) await this.tools.must(['umount', '--', directory]);
    }
    await this.tools.run(['rmdir', '--', directory]);
  }

  private async isPrepared(directory: string): Promise<boolean> {
    const mount = (await this.mounts()).filter(({ path }) => path === directory).at(-1);
    if (mount?.source !== SOURCE) return false;
    if (mount.shared) return true;
    // Cut in half between its steps: nothing can have been attached yet.
    await this.tools.must(['umount', '--', directory]);
    return false;
  }
}
