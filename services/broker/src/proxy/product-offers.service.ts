import { Injectable } from '@nestjs/common';
import type { Product } from '@ocx/openstack-api/exchange/documents';
import { OffersService } from '../market/offers/offers.service.js';
import type { Region } from './regions/region.js';

/** What the market says about a product, in the words that OpenStack has for it: extra specs. */
@Injectable()
export class ProductOffers {
  constructor(private readonly offers: OffersService) {}

  /**
   * `ocx:offers`, the landlords that offer it, and for each `ocx:price:<landlord>` (micro-credits and units) and
   * `ocx:capacity:<landlord>`. Posted prices for anyone; a quote has the caller's own.
   */
  async extraSpecs(region: Region, type: Product['type'], productId: string): Promise<Record<string, string>> {
    const offers = await this.offers.forProduct(type, productId);
    const specs: Record<string, string> = {};
    const names: string[] = [];
    for (const landlord of region.landlords) {
      const offer = offers.find((candidate) => candidate.landlord_id === landlord.id);
      const price = offer?.prices.find(({ relation }) => relation === 'anyone');
      if (!offer || !price) continue;
      names.push(landlord.name);
      specs[`ocx:price:${landlord.name}`] = `${price.amount} per ${price.per} ${price.meter}`;
      specs[`ocx:capacity:${landlord.name}`] = String(offer.capacity);
    }
    return names.length === 0 ? {} : { 'ocx:offers': names.join(','), ...specs };
  }
}
