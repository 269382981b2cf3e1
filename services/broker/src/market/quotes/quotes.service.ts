import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { LandlordConnections } from '../../landlords/landlord-connections.js';
import { LandlordsService } from '../../landlords/landlords.service.js';
import { LeasesRepository } from '../leases/leases.repository.js';
import { OffersService } from '../offers/offers.service.js';
import type { OrderRequest } from '../orders/order.js';
import { PRODUCT_TYPE_OF } from './pricing.js';
import { makeQuote, type Candidate, type Quote } from './quote.js';

export interface QuoteRequest extends Pick<
  OrderRequest,
  'resourceType' | 'productId' | 'quantity' | 'region' | 'hints'
> {
  readonly projectId: string;
  readonly projectDomainId: string;
}

/** Compares what landlords offer for a demand, from the index alone: the claim at the landlord decides later. */
@Injectable()
export class QuotesService {
  constructor(
    private readonly offers: OffersService,
    private readonly landlords: LandlordsService,
    private readonly connections: LandlordConnections,
    private readonly leases: LeasesRepository,
  ) {}

  async quote(request: QuoteRequest): Promise<Quote> {
    const [offers, near] = await Promise.all([
      this.offers.forProduct(PRODUCT_TYPE_OF[request.resourceType], request.productId),
      this.landlordNear(request),
    ]);
    const candidates: Candidate[] = [];
    for (const offer of offers) {
      const landlord = await this.landlords.byId(offer.landlord_id);
      if (!landlord) continue;
      candidates.push({
        offer,
        landlord,
        reachable: this.connections.isReachable(landlord),
        near: landlord.id === near,
      });
    }
    return makeQuote(candidates, { ...request, seed: randomUUID(), now: new Date() });
  }

  // Only the project's own resources count: where another tenant's lie is nobody's business.
  private async landlordNear({ hints, projectId }: QuoteRequest): Promise<string | undefined> {
    if (hints?.near === undefined) return undefined;
    for (const type of ['volume', 'server'] as const) {
      const lease = await this.leases.liveByResource(type, hints.near);
      if (lease?.projectId === projectId) return lease.landlordId;
    }
    return undefined;
  }
}
