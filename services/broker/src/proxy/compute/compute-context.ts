import { Injectable } from '@nestjs/common';
import { ProxySettings } from '../proxy-settings.js';
import type { Region } from '../regions/region.js';
import { RegionsService } from '../regions/regions.service.js';
import type { ComputeLinks } from './server.view.js';

/** What every compute controller needs of its URL: which landlords are meant, and where links point. */
@Injectable()
export class ComputeContext {
  constructor(
    private readonly regions: RegionsService,
    private readonly settings: ProxySettings,
  ) {}

  region(name: string): Promise<Region> {
    return this.regions.resolve(name, 'compute');
  }

  links(region: string): ComputeLinks {
    return { publicUrl: this.settings.publicUrl, region };
  }
}
