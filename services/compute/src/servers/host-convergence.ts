import { Injectable } from '@nestjs/common';
import { Hypervisor } from '../hypervisor/hypervisor.js';
import { ImagesService } from '../images/images.service.js';
import { NetworksService } from '../networks/networks.service.js';
import { ServerVolumes } from '../volume-attachments/server-volumes.js';
import { VolumeAttachmentsService } from '../volume-attachments/volume-attachments.service.js';

const STOP_GRACE_SECONDS = 3;

/** What servers need around them on this host: images, networks, volumes. */
@Injectable()
export class HostConvergence {
  private recovered = false;

  constructor(
    private readonly hypervisor: Hypervisor,
    private readonly networks: NetworksService,
    private readonly images: ImagesService,
    private readonly attachments: VolumeAttachmentsService,
    private readonly volumes: ServerVolumes,
  ) {}

  /** Once per start: what the last run left behind at the engine. */
  async recover(): Promise<void> {
    if (!this.recovered) await this.images.removeOrphans();
    this.recovered = true;
  }

  async converge(): Promise<void> {
    await this.networks.removeUnused();
    await this.attachments.reconcile();
  }

  /** Lets what is under way come to its end. */
  async settle(): Promise<void> {
    await this.attachments.idle();
  }

  /** Stops every instance and takes down what they hold of the host; the rows stay, so the next start brings all back. */
  async standDown(): Promise<void> {
    await this.settle();
    const instances = await this.hypervisor.list();
    await Promise.all(
      instances.map(async ({ id, state }) => {
        if (state === 'running') await this.hypervisor.stop(id, STOP_GRACE_SECONDS);
      }),
    );
    await this.volumes.suspendAll();
    await this.hypervisor.release();
  }
}
