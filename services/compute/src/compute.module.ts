import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LeasedResources } from '@ocx/landlord-kit/leases/leased-resources';
import { landlordAuth } from '@ocx/landlord-kit/landlord.module';
import { databaseModule } from '@ocx/service-kit/database';
import { HealthController } from '@ocx/service-kit/health.controller';
import { AvailabilityZonesController } from './availability-zones/availability-zones.controller.js';
import { COMPUTE_SETTINGS, type ComputeSettings } from './compute.config.js';
import { ENTITIES, MIGRATIONS } from './database/entities.js';
import { FlavorsController } from './flavors/flavors.controller.js';
import { FoundationModule } from './foundation.module.js';
import { ImagesModule } from './images/images.module.js';
import { KeypairsModule } from './keypairs/keypairs.module.js';
import { LimitsController } from './limits/limits.controller.js';
import { NetworksModule } from './networks/networks.module.js';
import { Quotas } from './quotas/quotas.js';
import { HostConvergence } from './servers/host-convergence.js';
import { ServerActionEntity } from './servers/server-action.entity.js';
import { ServerActionLog } from './servers/server-action-log.js';
import { ServerActionsController } from './servers/server-actions.controller.js';
import { ServerActionsRepository } from './servers/server-actions.repository.js';
import { ServerAdmission } from './servers/server-admission.js';
import { ServerAnnouncer } from './servers/server-announcer.js';
import { ServerBootController } from './servers/server-boot.controller.js';
import { ServerBootEntity } from './servers/server-boot.entity.js';
import { ServerBootsRepository } from './servers/server-boots.repository.js';
import { ServerBuilder } from './servers/server-builder.js';
import { ServerConvergence } from './servers/server-convergence.js';
import { ServerDirectories } from './servers/server-directories.js';
import { ServerLeases } from './servers/server-leases.js';
import { ServerLifecycle } from './servers/server-lifecycle.js';
import { ServerPartsController } from './servers/server-parts.controller.js';
import { ServerPresenter } from './servers/server-presenter.js';
import { ServerReconciler } from './servers/server-reconciler.js';
import { ServersController } from './servers/servers.controller.js';
import { ServersService } from './servers/servers.service.js';
import { ServerStoreModule } from './servers/server-store.module.js';
import { WorkQueue } from './servers/work-queue.js';
import { VersionsController } from './versions/versions.controller.js';
import { VolumeAttachmentsModule } from './volume-attachments/volume-attachments.module.js';

export const CONTROLLERS = [
  HealthController,
  VersionsController,
  FlavorsController,
  AvailabilityZonesController,
  LimitsController,
  ServersController,
  ServerActionsController,
  ServerPartsController,
  ServerBootController,
];

const workQueue = {
  provide: WorkQueue,
  inject: [COMPUTE_SETTINGS],
  useFactory: (settings: ComputeSettings) => new WorkQueue(settings.OCX_BUILD_CONCURRENCY),
};

const SERVERS = [
  workQueue,
  Quotas,
  ServerActionsRepository,
  ServerActionLog,
  ServerAdmission,
  ServerAnnouncer,
  ServerBootsRepository,
  ServerBuilder,
  ServerConvergence,
  ServerDirectories,
  HostConvergence,
  ServerLifecycle,
  ServerLeases,
  { provide: LeasedResources, useExisting: ServerLeases },
  ServerPresenter,
  ServerReconciler,
  ServersService,
];

/** The compute landlord: Nova 2.1 under /v2.1, Glance v2 under /image, the exchange's side under /landlord/v1. */
@Module({})
export class ComputeModule {
  static register(settings: ComputeSettings): DynamicModule {
    const { foundation, landlord } = FoundationModule.register(settings);
    const store = ServerStoreModule.register();
    const networks = NetworksModule.register(foundation);
    const images = ImagesModule.register(foundation);
    const keypairs = KeypairsModule.register(foundation);
    const attachments = VolumeAttachmentsModule.register(foundation, store);
    return {
      module: ComputeModule,
      imports: [
        databaseModule({ url: settings.DATABASE_URL, entities: ENTITIES, migrations: MIGRATIONS }),
        landlordAuth(landlord),
        TypeOrmModule.forFeature([ServerActionEntity, ServerBootEntity]),
        ...[foundation, store, networks, images, keypairs, attachments],
      ],
      controllers: CONTROLLERS,
      providers: SERVERS,
    };
  }
}
