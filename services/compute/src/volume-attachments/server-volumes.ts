import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { COMPUTE_SETTINGS, volumesRootOf, type ComputeSettings } from '../compute.config.js';
import { VolumeConnector } from './connector/volume-connector.js';
import { serversDirectoryOf } from './connector/volume-connector.config.js';
import { VolumeAttachmentsRepository } from './volume-attachments.repository.js';

/** A server's shared directory on this host, in which its volumes appear; inside the server it is /volumes. */
@Injectable()
export class ServerVolumes {
  constructor(
    private readonly connector: VolumeConnector,
    private readonly attachments: VolumeAttachmentsRepository,
    @Inject(COMPUTE_SETTINGS) private readonly settings: ComputeSettings,
  ) {}

  directory(serverId: string): string {
    return join(this.serversDirectory, serverId, 'volumes');
  }

  /** Makes the directory ready before the server is created or started. */
  async prepare(serverId: string): Promise<string> {
    const directory = this.directory(serverId);
    await this.connector.prepareDirectory(directory);
    return directory;
  }

  /** For a server that is gone: its volumes are taken away, whatever they hold unwritten, and the directory goes. */
  async release(serverId: string): Promise<void> {
    for (const { id } of await this.attachments.ofServer(serverId)) {
      await this.takeAway(id);
      await this.attachments.remove(id);
    }
    await this.connector.releaseDirectory(this.directory(serverId));
  }

  /** Takes down what stopped servers have mounted, keeping the rows: the next start connects it again. */
  async suspendAll(): Promise<void> {
    for (const serverId of await this.connector.entries(this.serversDirectory)) await this.suspend(serverId);
    await this.connector.release();
  }

  private get serversDirectory(): string {
    return serversDirectoryOf(volumesRootOf(this.settings));
  }

  private async suspend(serverId: string): Promise<void> {
    for (const { id } of await this.attachments.ofServer(serverId)) {
      await this.takeAway(id);
    }
    await this.connector.releaseDirectory(this.directory(serverId));
  }

  // A storage that does not answer cannot take what is unwritten: waiting for it would never end.
  private async takeAway(id: string): Promise<void> {
    const health = await this.connector.health(id);
    if (health === 'absent') await this.connector.disconnect({ id, containerId: null, busy: 'abandon' });
    else await this.connector.disconnect({ id, containerId: null, busy: health === 'healthy' ? 'wait' : 'abandon' });
  }
}
