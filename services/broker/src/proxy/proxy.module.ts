import { Module } from '@nestjs/common';
import { InventoryModule } from '../inventory/inventory.module.js';
import { LandlordsModule } from '../landlords/landlords.module.js';
import { AttachmentsModule } from './attachments/attachments.module.js';
import { ComputeModule } from './compute/compute.module.js';
import { IndexKeeper } from './index-keeper.js';
import { NetworkModule } from './network/network.module.js';
import { ObjectStoreModule } from './object-store/object-store.module.js';
import { PlacementModule } from './placement/placement.module.js';
import { VolumeModule } from './volume/volume.module.js';

/** One cloud out of many: OpenStack's APIs in front of every landlord. */
@Module({
  imports: [
    AttachmentsModule,
    ComputeModule,
    InventoryModule,
    LandlordsModule,
    NetworkModule,
    ObjectStoreModule,
    PlacementModule,
    VolumeModule,
  ],
  providers: [IndexKeeper],
})
export class ProxyModule {}
