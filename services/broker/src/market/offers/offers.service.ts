import { Injectable, Logger } from '@nestjs/common';
import { Offer } from '@ocx/openstack-api/exchange/documents';
import { LandlordOfferList } from '@ocx/openstack-api/exchange/landlord';
import { DocumentRefused } from '@ocx/openstack-client/documents';
import { PeerMisbehaved } from '@ocx/openstack-client/http';
import { LandlordConnections } from '../../landlords/landlord-connections.js';
import { LandlordDocuments } from '../../landlords/landlord-documents.js';
import type { Landlord } from '../../landlords/landlord.js';
import { OffersRepository, type SignedOffer } from './offers.repository.js';

const MAX_BYTES = 2 * 1024 * 1024;
/** A document may be dated this far ahead of our clock. Milliseconds. */
const CLOCK_SKEW_MS = 60_000;

/** What landlords offer, as they signed it. */
@Injectable()
export class OffersService {
  private readonly logger = new Logger(OffersService.name);

  constructor(
    private readonly repository: OffersRepository,
    private readonly connections: LandlordConnections,
    private readonly documents: LandlordDocuments,
  ) {}

  /**
   * Reads the landlord's offers anew. Bad ones are dropped and counted, one by one; the good ones count and
   * are answered.
   * @param probe also when the landlord failed lately
   */
  async pull(landlord: Landlord, probe = false): Promise<Offer[]> {
    const session = await this.connections.forFeed(landlord, probe);
    const answer = await session.request('GET', '/landlord/v1/offers', { maxBytes: MAX_BYTES });
    const body = answer.status === 200 ? LandlordOfferList.safeParse(answer.json()) : undefined;
    if (!body?.success) {
      this.connections.breaker.count(landlord.id, 'offers_malformed');
      throw new PeerMisbehaved(`The offers of ${landlord.name} are not what the protocol says.`);
    }
    const good: SignedOffer[] = [];
    for (const jws of body.data.offers) {
      const offer = await this.verified(landlord, jws);
      if (offer && !good.some((known) => known.offer.id === offer.id)) good.push({ offer, jws });
    }
    const stale = await this.repository.replace(landlord.id, good);
    for (const id of stale) this.drop(landlord, 'offer_version', `offer ${id} went back in its version`);
    return good.filter(({ offer }) => !stale.includes(offer.id)).map(({ offer }) => offer);
  }

  forProduct(type: Offer['product']['type'], productId: string): Promise<Offer[]> {
    return this.repository.forProduct(type, productId);
  }

  current(): Promise<SignedOffer[]> {
    return this.repository.current();
  }

  private async verified(landlord: Landlord, jws: string): Promise<Offer | undefined> {
    try {
      const offer = await this.documents.verify(landlord, 'ocx-offer+jwt', jws, {
        schema: Offer,
        dated: ({ issued_at }) => issued_at,
      });
      if (offer.landlord_id !== landlord.id || offer.region !== landlord.region) {
        this.drop(landlord, 'offer_foreign', 'an offer names another landlord or region');
        return undefined;
      }
      if (Date.parse(offer.issued_at) > Date.now() + CLOCK_SKEW_MS) {
        this.drop(landlord, 'offer_future', 'an offer is dated in the future');
        return undefined;
      }
      return offer;
    } catch (error) {
      if (!(error instanceof DocumentRefused)) throw error;
      this.drop(landlord, 'offer_refused', error.message);
      return undefined;
    }
  }

  private drop(landlord: Landlord, what: string, why: string): void {
    this.connections.breaker.count(landlord.id, what);
    this.logger.warn(`dropped from ${landlord.name}: ${why}`);
  }
}
