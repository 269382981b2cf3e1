import { Injectable } from '@nestjs/common';
import type { LandlordKind } from '@ocx/openstack-api/exchange/documents';
import { NotFound } from '@ocx/service-kit/errors';
import { LandlordsService } from '../../landlords/landlords.service.js';
import { COMBINED_REGION, type Region } from './region.js';

@Injectable()
export class RegionsService {
  constructor(private readonly landlords: LandlordsService) {}

  /** The landlords of `kind` that the region's URL stands for. Throws {@link NotFound}. */
  async resolve(name: string, kind: LandlordKind): Promise<Region> {
    if (name === COMBINED_REGION) return { name, combined: true, landlords: await this.landlords.list(kind) };
    const landlord = await this.landlords.byRegion(name);
    if (landlord?.kind !== kind) throw new NotFound('The resource could not be found.');
    return { name, combined: false, landlords: [landlord] };
  }

  /** Whether the region exists at all: images, key pairs and version documents are the same in every one. */
  async require(name: string): Promise<void> {
    if (name === COMBINED_REGION) return;
    if (!(await this.landlords.byRegion(name))) throw new NotFound('The resource could not be found.');
  }
}
