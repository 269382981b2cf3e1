import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LandlordEvents } from '../events/landlord-events.js';
import { Capacity } from './capacity.service.js';
import { LandlordFile } from './landlord-file.service.js';
import { LandlordFileError, type LandlordFileContent } from './landlord-file.js';
import { sameTerms, type Offer, type OfferTerms } from './offer.js';
import { OffersRepository } from './offers.repository.js';

/** Puts the landlord's file in force: offers keep their ids for good, and get a new version when their terms change. */
@Injectable()
export class OfferPublisher implements OnModuleInit {
  private wasClosed: boolean | undefined;

  constructor(
    private readonly file: LandlordFile,
    private readonly repository: OffersRepository,
    private readonly capacity: Capacity,
    private readonly events: LandlordEvents,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.publish(this.file.current());
    this.file.follow((content) => this.publish(content));
  }

  private async publish(content: LandlordFileContent): Promise<void> {
    content.offers.forEach(({ product }, index) => {
      if (this.capacity.serves(product)) return;
      throw new LandlordFileError([`offers.${String(index)}.product.id: this landlord cannot serve ${product.id}`]);
    });
    await this.repository.transaction(async (manager) => {
      const next = nextOffers(await this.repository.lockAll(manager), content);
      for (const offer of next) await this.repository.save(manager, offer);
      const resized = await this.capacity.setTotals(manager, content.capacity);
      // Undefined at start: what was open or closed before is not known, so the exchange reads the offers again.
      const switched = this.wasClosed !== content.closed;
      if (next.length > 0 || resized || switched) await this.events.emit(manager, { kind: 'offers' });
    });
    this.wasClosed = content.closed;
  }
}

/** The offers that differ from what is stored. */
export function nextOffers(stored: readonly Offer[], content: LandlordFileContent): Offer[] {
  const { region, sla, traits, admission, notice_seconds } = content;
  const changed: Offer[] = [];
  const kept = new Set<string>();
  for (const { product, prices } of content.offers) {
    const terms: OfferTerms = { region, prices, sla, traits, admission, notice_seconds };
    const known = stored.find(({ product: { type, id } }) => type === product.type && id === product.id);
    if (!known) {
      changed.push({ id: randomUUID(), version: 1, product, terms, withdrawn: false });
      continue;
    }
    kept.add(known.id);
    if (known.withdrawn || !sameTerms(known.terms, terms)) {
      changed.push({ ...known, version: known.version + 1, terms, withdrawn: false });
    }
  }
  for (const offer of stored) {
    if (!offer.withdrawn && !kept.has(offer.id)) changed.push({ ...offer, withdrawn: true });
  }
  return changed;
}
