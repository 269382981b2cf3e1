import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LandlordEvents } from '../events/landlord-events.js';
import { Capacity } from './capacity.service.js';
import { LandlordFile } from './landlord-file.service.js';
import { LandlordFileError, type LandlordFileContent } from './landlord-file.js';
import { nextOffers } from './offer.js';
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
