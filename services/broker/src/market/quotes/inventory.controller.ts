import { Controller, Get } from '@nestjs/common';
import type { Resource } from '@ocx/openstack-api/exchange/documents';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { EXCHANGE_POLICY } from '../../exchange-api/exchange.policy.js';
import { landlordView } from '../../landlords/landlord.view.js';
import { LandlordConnections } from '../../landlords/landlord-connections.js';
import { LandlordsService } from '../../landlords/landlords.service.js';
import { OffersService } from '../offers/offers.service.js';
import type { SignedOffer } from '../offers/offers.repository.js';
import { perHour, pricesFor, PRODUCT_TYPE_OF, roundUp } from './pricing.js';
import { EXCHANGE_ANSWERS } from '../../exchange-api/exchange.schemas.js';

/** What one unit of an offer costs an hour to anybody: a server, a GiB of volume or of objects. */
function offerView({ offer }: SignedOffer) {
  const entry = Object.entries(PRODUCT_TYPE_OF).find(([, product]) => product === offer.product.type);
  const cost = entry && perHour(pricesFor(offer.prices, 'anyone'), entry[0] as Resource['type'], 1);
  const { id, version, product, capacity, sla, traits, valid_until } = offer;
  return {
    id,
    version,
    product,
    price_per_hour: cost ? roundUp(cost).toString() : null,
    capacity,
    sla,
    traits,
    valid_until,
  };
}

@Controller('exchange/v1/inventory')
export class InventoryController {
  constructor(
    private readonly landlords: LandlordsService,
    private readonly offers: OffersService,
    private readonly connections: LandlordConnections,
  ) {}

  /** All landlords with what they offer, from the index: one that is down is shown as it was last seen. */
  @Get()
  @Policy(EXCHANGE_POLICY.market)
  @Operation({ answers: { 200: EXCHANGE_ANSWERS.inventory } })
  async show() {
    const [landlords, offers] = await Promise.all([this.landlords.list(), this.offers.current()]);
    return {
      landlords: landlords.map((landlord) => ({
        ...landlordView(landlord, this.connections.isReachable(landlord)),
        offers: offers.filter(({ offer }) => offer.landlord_id === landlord.id).map(offerView),
      })),
    };
  }
}
