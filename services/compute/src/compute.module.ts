import { type DynamicModule, Module } from '@nestjs/common';
import { landlordAuth } from '@ocx/landlord-kit/landlord.module';
import { databaseModule } from '@ocx/service-kit/database';
import { HealthController } from '@ocx/service-kit/health.controller';
import { AvailabilityZonesController } from './availability-zones/availability-zones.controller.js';
import type { ComputeSettings } from './compute.config.js';
import { ENTITIES, MIGRATIONS } from './database/entities.js';
import { FlavorsController } from './flavors/flavors.controller.js';
import { FoundationModule } from './foundation.module.js';
import { ImagesModule } from './images/images.module.js';
import { KeypairsModule } from './keypairs/keypairs.module.js';
import { LimitsController } from './limits/limits.controller.js';
import { NetworksModule } from './networks/networks.module.js';
import { QuotasModule } from './quotas/quotas.module.js';
import { ServersModule } from './servers/servers.module.js';
import { ServerStoreModule } from './servers/server-store.module.js';
import { VersionsController } from './versions/versions.controller.js';
import { VolumeAttachmentsModule } from './volume-attachments/volume-attachments.module.js';

/** The compute landlord: Nova 2.1 under /v2.1, Glance v2 under /image, the exchange's side under /landlord/v1. */
@Module({})
export class ComputeModule {
  static register(settings: ComputeSettings): DynamicModule {
    const { foundation, landlord } = FoundationModule.register(settings);
    const store = ServerStoreModule.register();
    const networks = NetworksModule.register(foundation);
    const images = ImagesModule.register(foundation);
    const quotas = QuotasModule.register(foundation);
    const keypairs = KeypairsModule.register(foundation, quotas);
    const attachments = VolumeAttachmentsModule.register(foundation, store);
    return {
      module: ComputeModule,
      imports: [
        databaseModule({ url: settings.DATABASE_URL, entities: ENTITIES, migrations: MIGRATIONS }),
        landlordAuth(landlord),
        foundation,
        store,
        quotas,
        ServersModule.register([foundation, store, networks, images, keypairs, quotas, attachments]),
      ],
      controllers: [
        HealthController,
        VersionsController,
        FlavorsController,
        AvailabilityZonesController,
        LimitsController,
      ],
    };
  }
}
