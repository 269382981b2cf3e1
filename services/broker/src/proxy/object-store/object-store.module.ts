import { Module } from '@nestjs/common';
import { InventoryModule } from '../../inventory/inventory.module.js';
import { LandlordsModule } from '../../landlords/landlords.module.js';
import { LeasesModule } from '../../market/leases/leases.module.js';
import { OrdersModule } from '../../market/orders/orders.module.js';
import { GatewayModule } from '../gateway.module.js';
import { ProxySettingsModule } from '../proxy-settings.module.js';
import { RegionsModule } from '../regions/regions.module.js';
import { AccountMetadataRepository } from './account-metadata.repository.js';
import { AccountsService } from './accounts.service.js';
import { ContainerPlacement } from './container-placement.service.js';
import { InfoController } from './info.controller.js';
import { ObjectAccounts } from './object-accounts.service.js';
import { ObjectCopies } from './object-copies.service.js';
import { SwiftController } from './swift.controller.js';
import { SwiftService } from './swift.service.js';
import { SwiftTransfer } from './swift-transfer.js';

/** Swift in front of every storage landlord. */
@Module({
  imports: [
    GatewayModule,
    InventoryModule,
    LandlordsModule,
    LeasesModule,
    OrdersModule,
    ProxySettingsModule,
    RegionsModule,
  ],
  controllers: [InfoController, SwiftController],
  providers: [
    AccountMetadataRepository,
    AccountsService,
    ContainerPlacement,
    ObjectAccounts,
    ObjectCopies,
    SwiftService,
    SwiftTransfer,
  ],
})
export class ObjectStoreModule {}
