import { Module } from '@nestjs/common';
import { LandlordsModule } from '../../landlords/landlords.module.js';
import { LeasesModule } from '../leases/leases.module.js';
import { OffersModule } from '../offers/offers.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { QuotesModule } from '../quotes/quotes.module.js';
import { LeaseDrafts } from './lease-drafts.js';
import { OrderAttempts } from './order-attempts.js';
import { OrdersController } from './orders.controller.js';
import { OrdersService } from './orders.service.js';

@Module({
  imports: [LandlordsModule, LeasesModule, OffersModule, OutboxModule, QuotesModule],
  controllers: [OrdersController],
  providers: [LeaseDrafts, OrderAttempts, OrdersService],
  exports: [OrdersService],
})
export class OrdersModule {}
