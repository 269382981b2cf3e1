import { Inject, Injectable } from '@nestjs/common';
import { LandlordFile } from '@ocx/landlord-kit/offers/landlord-file.service';
import type { ServerDetail } from '@ocx/openstack-api/compute/servers';
import type { MicroversionValue } from '@ocx/service-kit/microversion';
import { COMPUTE_SETTINGS, type ComputeSettings } from '../compute.config.js';
import { VolumeAttachmentsService } from '../volume-attachments/volume-attachments.service.js';
import type { Server } from './server.js';
import { serverDetail, updatedServer, type ViewContext } from './server.view.js';

/** Gathers what the views of servers show besides their rows, in one query for a whole page. */
@Injectable()
export class ServerPresenter {
  constructor(
    private readonly attachments: VolumeAttachmentsService,
    private readonly landlord: LandlordFile,
    @Inject(COMPUTE_SETTINGS) private readonly settings: ComputeSettings,
  ) {}

  get url(): string {
    return this.settings.OCX_PUBLIC_URL;
  }

  async details(servers: readonly Server[], version: MicroversionValue): Promise<ServerDetail[]> {
    const attached = await this.attachments.ofServers(servers.map(({ id }) => id));
    return servers.map((server) => {
      const volumeIds = attached.filter(({ serverId }) => serverId === server.id).map(({ volumeId }) => volumeId);
      return serverDetail(server, this.context(version, volumeIds, false));
    });
  }

  async detail(server: Server, version: MicroversionValue): Promise<ServerDetail> {
    return serverDetail(server, this.context(version, await this.volumesOf(server), true));
  }

  async updated(server: Server, version: MicroversionValue): Promise<Partial<ServerDetail>> {
    return updatedServer(server, this.context(version, await this.volumesOf(server), true));
  }

  private async volumesOf(server: Server): Promise<string[]> {
    return (await this.attachments.ofServers([server.id])).map(({ volumeId }) => volumeId);
  }

  private context(version: MicroversionValue, volumeIds: readonly string[], single: boolean): ViewContext {
    return { url: this.url, zone: this.landlord.current().region, version, volumeIds, single };
  }
}
