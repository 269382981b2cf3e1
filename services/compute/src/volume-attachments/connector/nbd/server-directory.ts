import { Conflict } from '@ocx/service-kit/errors';
import type { HostTools, ToolOptions } from '../mount-host/host-tools.js';
import type { AttachForm } from '../volume-connector.js';
import { type MountEntry, mountOf, parseMountInfo } from './mount-table.js';

/** The names a volume can have in a server: `vda` would be the root disk. */
export const DEVICE_NAMES = Array.from({ length: 25 }, (_, index) => `vd${String.fromCharCode(98 + index)}`);

/**
 * The directories that servers share with their host, one each below one root. A server has its own bound read-only:
 * what runs in it can neither put a symbolic link where the host will mount, nor write beside a volume that is not
 * attached. The root lies in a shared mount, so that a volume mounted below it appears in the server at once.
 */
export class ServerDirectory {
  private sharing: Promise<void> | undefined;

  constructor(
    private readonly tools: HostTools,
    private readonly root: string,
    private readonly form: AttachForm,
  ) {}

  async mounts(): Promise<MountEntry[]> {
    return parseMountInfo(await this.tools.must(['cat', '/proc/self/mountinfo']));
  }

  /** Looks at the root once in this process's life: creating a server is what has to be quick. */
  async prepare(directory: string): Promise<void> {
    this.sharing ??= this.share().catch((error: unknown) => {
      this.sharing = undefined;
      throw error;
    });
    await this.sharing;
    await this.tools.host.makeDirectory(directory);
  }

  /** Whether what is mounted in the directory appears in its server. */
  async isPrepared(directory: string, mounts: readonly MountEntry[]): Promise<boolean> {
    if (mountOf(directory, mounts)?.shared !== true) return false;
    return (await this.tools.run(['test', '-d', directory])).exitCode === 0;
  }

  /** Throws `Conflict` while a volume is mounted in it. Removes only what is empty. */
  async release(directory: string): Promise<void> {
    const mounts = await this.mounts();
    if (mounts.some(({ path }) => path.startsWith(`${directory}/`))) {
      throw new Conflict('The server still has volumes attached.', { reason: 'volume_busy' });
    }
    const empty = ['(', '-type', 'd', '-o', '-type', 'f', ')', '-empty', '-delete'];
    await this.tools.run(['find', directory, '-xdev', '-maxdepth', '1', ...empty]);
  }

  /** Undoes the sharing of the root, unless it was shared before. */
  async unshare(): Promise<void> {
    this.sharing = undefined;
    const mounts = await this.mounts();
    if (mounts.some(({ path }) => path.startsWith(`${this.root}/`))) return;
    if (mountOf(this.root, mounts)?.path === this.root) await this.tools.must(['umount', '--', this.root]);
  }

  /** Where the volume will be mounted. */
  async makePlace(path: string, options: ToolOptions): Promise<void> {
    if (this.form === 'mount') await this.tools.must(['mkdir', '-p', '-m', '0755', '--', path], options);
    else await this.tools.must(['touch', '--', path], options);
  }

  /** A place that another attachment has taken meanwhile stays: a mount point cannot be removed. */
  async removePlace(path: string): Promise<void> {
    await this.tools.run(this.form === 'mount' ? ['rmdir', '--', path] : ['rm', '-f', '--', path]);
  }

  private async share(): Promise<void> {
    await this.tools.host.makeDirectory(this.root);
    const mount = mountOf(this.root, await this.mounts());
    if (mount?.shared === true) return;
    if (mount?.path !== this.root) await this.tools.must(['mount', '--bind', '--', this.root, this.root]);
    await this.tools.must(['mount', '--make-shared', '--', this.root]);
  }
}
