import { Module } from '@nestjs/common';
import { ImagesModule } from '../../images/images.module.js';
import { InventoryModule } from '../../inventory/inventory.module.js';
import { KeypairsModule } from '../../keypairs/keypairs.module.js';
import { LandlordsModule } from '../../landlords/landlords.module.js';
import { LeasesModule } from '../../market/leases/leases.module.js';
import { OffersModule } from '../../market/offers/offers.module.js';
import { OrdersModule } from '../../market/orders/orders.module.js';
import { AttachmentsModule } from '../attachments/attachments.module.js';
import { GatewayModule } from '../gateway.module.js';
import { ProductOffers } from '../product-offers.service.js';
import { ProxySettingsModule } from '../proxy-settings.module.js';
import { QuotasModule } from '../quotas/quotas.module.js';
import { RegionsModule } from '../regions/regions.module.js';
import { CloudController } from './cloud.controller.js';
import { ComputeContext } from './compute-context.js';
import { ComputeVersionsController } from './compute-versions.controller.js';
import { FlavorsController } from './flavors.controller.js';
import { ComputeLimitsController } from './limits.controller.js';
import { ServerActionsController } from './server-actions.controller.js';
import { ServerAttachmentsController } from './server-attachments.controller.js';
import { ServerCreateService } from './server-create.service.js';
import { ServerListService } from './server-list.service.js';
import { ServerPreparation } from './server-preparation.service.js';
import { ServerProvisioner } from './server-provisioner.js';
import { ServersController } from './servers.controller.js';
import { ServersService } from './servers.service.js';
import { UsageController } from './usage.controller.js';

/** Nova in front of every compute landlord. */
@Module({
  imports: [
    AttachmentsModule,
    GatewayModule,
    ImagesModule,
    InventoryModule,
    KeypairsModule,
    LandlordsModule,
    LeasesModule,
    OffersModule,
    OrdersModule,
    ProxySettingsModule,
    QuotasModule,
    RegionsModule,
  ],
  controllers: [
    ComputeVersionsController,
    CloudController,
    FlavorsController,
    ComputeLimitsController,
    UsageController,
    ServersController,
    ServerAttachmentsController,
    ServerActionsController,
  ],
  providers: [
    ComputeContext,
    ProductOffers,
    ServerCreateService,
    ServerListService,
    ServerPreparation,
    ServerProvisioner,
    ServersService,
  ],
})
export class ComputeModule {}
