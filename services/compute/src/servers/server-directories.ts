import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { BackendUnavailable } from '@ocx/service-kit/errors';
import { COMPUTE_SETTINGS, volumesRootOf, type ComputeSettings } from '../compute.config.js';
import { MountHost } from '../volume-attachments/connector/mount-host/mount-host.js';
import { ServerVolumes } from '../volume-attachments/server-volumes.js';
import { seedFiles } from './instance-files.js';
import type { Server } from './server.js';

const DEADLINE_MS = 15_000;

/** What a server has of its host: the directory its volumes appear in, and its seed. */
@Injectable()
export class ServerDirectories {
  constructor(
    private readonly volumes: ServerVolumes,
    private readonly host: MountHost,
    @Inject(COMPUTE_SETTINGS) private readonly settings: ComputeSettings,
  ) {}

  /** Makes both ready, before the server is created and before each start of it. */
  async prepare(server: Server): Promise<{ volumesDirectory: string; seedDirectory: string }> {
    const seedDirectory = join(this.parent(server.id), 'seed');
    const [volumesDirectory] = await Promise.all([
      this.volumes.prepare(server.id),
      this.host.writeFiles(seedDirectory, seedFiles(server)),
    ]);
    return { volumesDirectory, seedDirectory };
  }

  async release(serverId: string): Promise<void> {
    await this.volumes.release(serverId);
    await this.run(['rm', '-rf', '--one-file-system', '--', join(this.parent(serverId), 'seed')]);
    await this.run(['rmdir', '--ignore-fail-on-non-empty', '--', this.parent(serverId)], [0, 1]);
  }

  private parent(serverId: string): string {
    return join(volumesRootOf(this.settings), 'servers', serverId);
  }

  private async run(argv: [string, ...string[]], allowed = [0]): Promise<void> {
    const { exitCode } = await this.host.run({ argv, deadlineMs: DEADLINE_MS });
    if (!allowed.includes(exitCode)) throw new BackendUnavailable('A directory of the server cannot be removed.');
  }
}
