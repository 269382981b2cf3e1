import { Injectable } from '@nestjs/common';
import { InvalidInput } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { ProxySettings } from '../proxy-settings.js';
import type { Region } from '../regions/region.js';
import { RegionsService } from '../regions/regions.service.js';
import type { VolumeLinks } from './volume.view.js';

/** The parameters of a Cinder URL. The project stands in the path only at clients of before 3.67. */
export interface VolumeTarget {
  readonly region: string;
  readonly project_id?: string;
}

@Injectable()
export class VolumeContext {
  constructor(
    private readonly regions: RegionsService,
    private readonly settings: ProxySettings,
  ) {}

  /** Throws `InvalidInput` for another project's path, as Cinder does. */
  async of(caller: Principal, target: VolumeTarget): Promise<{ region: Region; links: VolumeLinks }> {
    const projectId = caller.projectId ?? '';
    if (target.project_id !== undefined && target.project_id !== projectId) {
      throw new InvalidInput('Malformed request url');
    }
    const region = await this.regions.resolve(target.region, 'storage');
    return { region, links: { publicUrl: this.settings.publicUrl, region: target.region, projectId } };
  }

  region(name: string): Promise<Region> {
    return this.regions.resolve(name, 'storage');
  }

  get publicUrl(): string {
    return this.settings.publicUrl;
  }
}
