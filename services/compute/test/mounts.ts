import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_DOCKER_HOST } from '@ocx/local-exchange/supervisor/engine';
import { clearHost } from '@ocx/local-exchange/supervisor/host-leftovers';
import { type Privileges, privilegesOf } from '@ocx/local-exchange/supervisor/privileges';
import Docker from 'dockerode';
import { ContainerMountHost } from '../src/volume-attachments/connector/mount-host/container/container-mount-host.js';
import { DirectMountHost } from '../src/volume-attachments/connector/mount-host/direct/direct-mount-host.js';
import type { MountHost } from '../src/volume-attachments/connector/mount-host/mount-host.js';

/** How a test mounts below its directory: by itself as root, through a helper container as any other user. */
export class Mounts {
  private readonly label = `ocx.test.mounts=${randomUUID()}`;

  /** An empty directory, the test's own. */
  readonly directory: string;

  private constructor(
    private readonly parent: string,
    private readonly privileges: Privileges,
  ) {
    this.directory = join(parent, 'shared');
  }

  static async create(): Promise<Mounts> {
    const privileges = await privilegesOf(process.env['DOCKER_HOST'] ?? DEFAULT_DOCKER_HOST);
    const mounts = new Mounts(await mkdtemp(join(tmpdir(), 'ocx-compute-')), privileges);
    await mkdir(mounts.directory);
    return mounts;
  }

  /** For what the test runs in its own process. */
  host(): MountHost {
    const { mountHelper: image } = this.privileges;
    if (image === undefined) return new DirectMountHost();
    const [name = '', value = ''] = this.label.split('=');
    return new ContainerMountHost({
      image,
      network: 'host',
      sharedDirectory: this.directory,
      labels: { [name]: value },
    });
  }

  /** Variables of a compute service that mounts below the directory. */
  get settings(): Record<string, string> {
    const { mountHelper } = this.privileges;
    return mountHelper === undefined ? {} : { OCX_MOUNT_HELPER: mountHelper, OCX_VOLUMES_DIR: this.directory };
  }

  /** A command as root that has to succeed; what it wrote. */
  asRoot(...command: readonly string[]): Promise<string> {
    return this.privileges.shell('"$@"', ...command);
  }

  /** Takes away whatever is still mounted, and the directory. */
  async remove(): Promise<void> {
    const engine = new Docker();
    for (const { Id } of await engine.listContainers({ all: true, filters: { label: [this.label] } })) {
      await engine.getContainer(Id).remove({ force: true });
    }
    const stayed = await clearHost(this.parent, this.privileges.shell);
    if (stayed.length > 0) throw new Error(`This stayed: ${stayed.join(', ')}`);
    await this.asRoot('rm', '-rf', '--one-file-system', '--', this.parent);
  }
}
