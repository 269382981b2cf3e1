import { Module } from '@nestjs/common';
import { InventoryModule } from '../../inventory/inventory.module.js';
import { LandlordsModule } from '../../landlords/landlords.module.js';
import { LedgerModule } from '../../ledger/ledger.module.js';
import { LeasesModule } from '../leases/leases.module.js';
import { OffersModule } from '../offers/offers.module.js';
import { AmendmentBook } from './amendment-book.js';
import { LeaseAmendmentsRepository } from './lease-amendments.repository.js';
import { LeaseAmendments } from './lease-amendments.service.js';

@Module({
  imports: [InventoryModule, LandlordsModule, LeasesModule, LedgerModule, OffersModule],
  providers: [AmendmentBook, LeaseAmendments, LeaseAmendmentsRepository],
  exports: [LeaseAmendments],
})
export class AmendmentsModule {}
