import type { HostResult } from '../mount-host/mount-host.js';
import type { HostTools, ToolOptions } from '../mount-host/host-tools.js';
import type { LoopDevice } from './loop-devices.js';

/** User ids nobody has, one per loop device: a tool taken over by one volume's bytes cannot reach another volume. */
const FIRST_UID = 1_879_048_192;
const ADDRESS_SPACE_BYTES = 4 * 1024 ** 3;
const CPU_SECONDS = 240;
const DEADLINE_MS = 300_000;

/** A device node for one loop device that only one unprivileged user may open. */
export class Sandbox {
  private constructor(
    private readonly tools: HostTools,
    private readonly options: ToolOptions,
    private readonly uid: string,
    /** The node's path. */
    readonly node: string,
  ) {}

  static nodePath(attachmentId: string): string {
    return `/dev/ocx-volume-${attachmentId}`;
  }

  static async open(tools: HostTools, attachmentId: string, loop: LoopDevice, options: ToolOptions): Promise<Sandbox> {
    const uid = String(FIRST_UID + loop.number);
    const node = Sandbox.nodePath(attachmentId);
    const [major, minor] = loop.device.split(':');
    const script = 'rm -f -- "$1" && mknod -m 0600 "$1" b "$2" "$3" && chown "$4:$4" "$1"';
    await tools.must(['sh', '-c', script, 'sh', node, major ?? '', minor ?? '', uid], options);
    return new Sandbox(tools, options, uid, node);
  }

  /** Runs a tool on hostile bytes: no root, no capabilities, no network, bounded memory and time. */
  run(argv: readonly [string, ...string[]]): Promise<HostResult> {
    const { uid } = this;
    const isolate = ['unshare', '--net', '--ipc', '--uts', '--pid', '--fork', '--kill-child', '--'] as const;
    const bound = ['prlimit', `--as=${ADDRESS_SPACE_BYTES}`, `--cpu=${CPU_SECONDS}`, '--core=0', '--'];
    const drop = ['setpriv', '--reuid', uid, '--regid', uid, '--clear-groups', '--no-new-privs'];
    const capabilities = ['--inh-caps=-all', '--bounding-set=-all', '--'];
    return this.tools.run([...isolate, ...bound, ...drop, ...capabilities, ...argv], {
      deadlineMs: DEADLINE_MS,
      ...this.options,
    });
  }

  async close(): Promise<void> {
    await this.tools.run(['rm', '-f', '--', this.node]);
  }
}
