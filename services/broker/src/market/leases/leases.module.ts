import { Module } from '@nestjs/common';
import { ExchangeApiModule } from '../../exchange-api/exchange-api.module.js';
import { InventoryModule } from '../../inventory/inventory.module.js';
import { LandlordsModule } from '../../landlords/landlords.module.js';
import { LedgerModule } from '../../ledger/ledger.module.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { TasksRepository } from '../outbox/tasks.repository.js';
import { ReceiptsRepository } from '../settlement/receipts.repository.js';
import { SettlementService } from '../settlement/settlement.service.js';
import { UsageCollector } from '../settlement/usage-collector.js';
import { LandlordLeases } from './landlord-leases.js';
import { LeaseBook } from './lease-book.js';
import { LeaseCloser } from './lease-closer.js';
import { LeaseParties } from './lease-parties.js';
import { LeaseReconciler } from './lease-reconciler.js';
import { LeasesController } from './leases.controller.js';
import { LeasesRepository } from './leases.repository.js';
import { LeasesService } from './leases.service.js';

/** Leases with everything that happens to them in one transaction: orders' state, outbox tasks, receipts. */
@Module({
  imports: [ExchangeApiModule, InventoryModule, LandlordsModule, LedgerModule],
  controllers: [LeasesController],
  providers: [
    LandlordLeases,
    LeaseBook,
    LeaseCloser,
    LeaseParties,
    LeaseReconciler,
    LeasesRepository,
    LeasesService,
    OrdersRepository,
    ReceiptsRepository,
    SettlementService,
    TasksRepository,
    UsageCollector,
  ],
  exports: [
    LandlordLeases,
    LeaseBook,
    LeaseCloser,
    LeaseReconciler,
    LeasesRepository,
    LeasesService,
    OrdersRepository,
    TasksRepository,
  ],
})
export class LeasesModule {}
