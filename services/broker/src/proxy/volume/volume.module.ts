import { Module } from '@nestjs/common';
import { InventoryModule } from '../../inventory/inventory.module.js';
import { LandlordsModule } from '../../landlords/landlords.module.js';
import { AmendmentsModule } from '../../market/amendments/amendments.module.js';
import { LeasesModule } from '../../market/leases/leases.module.js';
import { OffersModule } from '../../market/offers/offers.module.js';
import { OrdersModule } from '../../market/orders/orders.module.js';
import { AttachmentsModule } from '../attachments/attachments.module.js';
import { GatewayModule } from '../gateway.module.js';
import { ProductOffers } from '../product-offers.service.js';
import { ProxySettingsModule } from '../proxy-settings.module.js';
import { QuotasModule } from '../quotas/quotas.module.js';
import { RegionsModule } from '../regions/regions.module.js';
import { VolumeAttachmentsController } from './volume-attachments.controller.js';
import { VolumeCloudController } from './volume-cloud.controller.js';
import { VolumeContext } from './volume-context.js';
import { VolumeCreateService } from './volume-create.service.js';
import { VolumeExtendService } from './volume-extend.service.js';
import { VolumeListService } from './volume-list.service.js';
import { VolumeVersionsController } from './volume-versions.controller.js';
import { VolumesController } from './volumes.controller.js';
import { VolumesService } from './volumes.service.js';

/** Cinder in front of every storage landlord. */
@Module({
  imports: [
    AmendmentsModule,
    AttachmentsModule,
    GatewayModule,
    InventoryModule,
    LandlordsModule,
    LeasesModule,
    OffersModule,
    OrdersModule,
    ProxySettingsModule,
    QuotasModule,
    RegionsModule,
  ],
  controllers: [VolumeVersionsController, VolumesController, VolumeAttachmentsController, VolumeCloudController],
  providers: [
    ProductOffers,
    VolumeContext,
    VolumeCreateService,
    VolumeExtendService,
    VolumeListService,
    VolumesService,
  ],
})
export class VolumeModule {}
