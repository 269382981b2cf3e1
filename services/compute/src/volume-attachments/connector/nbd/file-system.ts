import { BackendUnavailable, Conflict } from '@ocx/service-kit/errors';
import type { HostResult } from '../mount-host/mount-host.js';
import { lastLine } from '../mount-host/bounded-text.js';
import type { HostTools, ToolOptions } from '../mount-host/host-tools.js';
import type { LoopDevice } from './loop-devices.js';
import { Sandbox } from './sandbox.js';

const BLANK_BYTES = 1024 * 1024;
const NOTHING_FOUND = 2;
// e2fsck(8): 0 clean, 1 repaired. Everything else is not for mounting.
const FSCK_USABLE = new Set([0, 1]);

const notMountable = (message: string) => new Conflict(message, { reason: 'volume_not_mountable' });

function checked(tool: string, result: HostResult): string {
  if (result.exitCode === 0) return result.stdout;
  throw new BackendUnavailable(`${tool} failed: ${lastLine(result.stderr)}`, { reason: 'tool_failed' });
}

/**
 * The ext4 file system of a volume. Its bytes come from other parties: they are read by unprivileged tools first, and
 * by the kernel only after a full check that does not believe the file system's own "clean" mark.
 */
export class FileSystem {
  constructor(private readonly tools: HostTools) {}

  /** Makes the device mountable. True when it was blank and has been formatted. */
  async makeReady(attachmentId: string, loop: LoopDevice, readOnly: boolean, options: ToolOptions): Promise<boolean> {
    const sandbox = await Sandbox.open(this.tools, attachmentId, loop, options);
    try {
      const type = await this.signature(sandbox);
      if (type === undefined) {
        await this.format(sandbox, readOnly);
        return true;
      }
      if (type !== 'ext4') throw notMountable(`The volume holds ${type}; only ext4 and blank volumes can be mounted.`);
      await this.check(sandbox, readOnly);
      return false;
    } finally {
      await sandbox.close();
    }
  }

  async mount(loop: LoopDevice, path: string, readOnly: boolean, options: ToolOptions): Promise<void> {
    // noload: replaying a journal would write to a volume that is attached read-only.
    const access = readOnly ? ',ro,noload' : '';
    const flags = `nosuid,nodev,errors=remount-ro${access}`;
    await this.tools.must(['mount', '-t', 'ext4', '-o', flags, loop.name, path], options);
  }

  /** Errors the kernel has recorded for the mounted file system. A successful umount does not tell of them. */
  async hasErrors(loop: LoopDevice): Promise<boolean> {
    const count = await this.tools.readFile(`/sys/fs/ext4/loop${loop.number}/errors_count`);
    return count !== undefined && count.trim() !== '0';
  }

  private async signature(sandbox: Sandbox): Promise<string | undefined> {
    const result = await sandbox.run(['blkid', '--probe', '--output', 'export', sandbox.node]);
    if (result.exitCode === NOTHING_FOUND) return undefined;
    const found = checked('blkid', result);
    const type = /^(?:TYPE|PTTYPE)=([\w.-]{1,32})$/m.exec(found)?.[1];
    if (type === undefined) throw notMountable('The volume holds something that cannot be mounted.');
    return type;
  }

  private async format(sandbox: Sandbox, readOnly: boolean): Promise<void> {
    if (readOnly) throw notMountable('The volume is blank: there is no file system to mount read-only.');
    // No known signature is not the same as blank: data of an application may be raw.
    const zeros = await sandbox.run(['cmp', `--bytes=${BLANK_BYTES}`, '--', sandbox.node, '/dev/zero']);
    if (zeros.exitCode !== 0) throw notMountable('The volume holds data that is not a file system.');
    const features = 'assume_storage_prezeroed=1,root_owner=0:0';
    checked('mkfs.ext4', await sandbox.run(['mkfs.ext4', '-q', '-m', '0', '-E', features, sandbox.node]));
  }

  private async check(sandbox: Sandbox, readOnly: boolean): Promise<void> {
    const fsck = await sandbox.run(['e2fsck', '-f', readOnly ? '-n' : '-p', sandbox.node]);
    if (!FSCK_USABLE.has(fsck.exitCode)) {
      throw notMountable(`The volume's file system needs a repair by hand: ${lastLine(fsck.stderr || fsck.stdout)}`);
    }
    // A volume that was extended while detached: the file system grows with it. Nothing to do otherwise.
    if (!readOnly) checked('resize2fs', await sandbox.run(['resize2fs', sandbox.node]));
  }
}
