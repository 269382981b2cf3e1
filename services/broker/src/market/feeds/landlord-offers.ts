import { Injectable } from '@nestjs/common';
import type { Landlord } from '../../landlords/landlord.js';
import { LeasesRepository } from '../leases/leases.repository.js';
import { OffersService } from '../offers/offers.service.js';
import { objectCeiling } from '../quotes/pricing.js';

/** A landlord's offers read anew, with what follows from them for leases that are there. */
@Injectable()
export class LandlordOffers {
  constructor(
    private readonly offers: OffersService,
    private readonly leases: LeasesRepository,
  ) {}

  /** @param probe also when the landlord failed lately */
  async pull(landlord: Landlord, probe = false): Promise<void> {
    const offers = await this.offers.pull(landlord, probe);
    for (const { product, capacity } of offers) {
      // An account grows with its landlord: what is stored on disks added later is no false claim.
      if (product.type === 'object-store') {
        await this.leases.raiseCeiling(landlord.id, product.id, objectCeiling(capacity, 1));
      }
    }
  }
}
