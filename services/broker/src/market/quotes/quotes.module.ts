import { Module } from '@nestjs/common';
import { LandlordsModule } from '../../landlords/landlords.module.js';
import { LeasesModule } from '../leases/leases.module.js';
import { OffersModule } from '../offers/offers.module.js';
import { InventoryController } from './inventory.controller.js';
import { QuotesController } from './quotes.controller.js';
import { QuotesService } from './quotes.service.js';

@Module({
  imports: [LandlordsModule, LeasesModule, OffersModule],
  controllers: [QuotesController, InventoryController],
  providers: [QuotesService],
  exports: [QuotesService],
})
export class QuotesModule {}
