import { Module } from '@nestjs/common';
import { LandlordsModule } from '../../landlords/landlords.module.js';
import { LeasesModule } from '../leases/leases.module.js';
import { OffersModule } from '../offers/offers.module.js';
import { EventFeed } from './event-feed.js';
import { EventHandler } from './event-handler.js';
import { LandlordFollower } from './landlord-follower.js';
import { LandlordOffers } from './landlord-offers.js';
import { LandlordSync } from './landlord-sync.js';

@Module({
  imports: [LandlordsModule, LeasesModule, OffersModule],
  providers: [EventFeed, EventHandler, LandlordFollower, LandlordOffers, LandlordSync],
})
export class FeedsModule {}
