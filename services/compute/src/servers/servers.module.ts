import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LeasedResources } from '@ocx/landlord-kit/leases/leased-resources';
import { COMPUTE_SETTINGS, type ComputeSettings } from '../compute.config.js';
import { HostConvergence } from './host-convergence.js';
import { ServerActionEntity } from './server-action.entity.js';
import { ServerActionLog } from './server-action-log.js';
import { ServerActionsController } from './server-actions.controller.js';
import { ServerActionsRepository } from './server-actions.repository.js';
import { ServerAdmission } from './server-admission.js';
import { ServerAnnouncer } from './server-announcer.js';
import { ServerBootEntity } from './server-boot.entity.js';
import { ServerBootsRepository } from './server-boots.repository.js';
import { ServerBuilder } from './server-builder.js';
import { ServerPlaces } from './server-places.js';
import { ServerConvergence } from './server-convergence.js';
import { ServerDirectories } from './server-directories.js';
import { ServerLeases } from './server-leases.js';
import { ServerLifecycle } from './server-lifecycle.js';
import { ServerPartsController } from './server-parts.controller.js';
import { ServerPresenter } from './server-presenter.js';
import { ServerReconciler } from './server-reconciler.js';
import { ServersController } from './servers.controller.js';
import { ServersService } from './servers.service.js';
import { WorkQueue } from './work-queue.js';

const workQueue = {
  provide: WorkQueue,
  inject: [COMPUTE_SETTINGS],
  useFactory: (settings: ComputeSettings) => new WorkQueue(settings.OCX_BUILD_CONCURRENCY),
};

const PROVIDERS = [
  workQueue,
  ServerActionsRepository,
  ServerActionLog,
  ServerAdmission,
  ServerAnnouncer,
  ServerBootsRepository,
  ServerBuilder,
  ServerPlaces,
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

/** Servers: what Nova calls by that name, their building, their reconciling, and that they are what leases are for. */
@Module({})
export class ServersModule {
  /** `parts`: the modules of what servers are built of. */
  static register(parts: readonly DynamicModule[]): DynamicModule {
    return {
      module: ServersModule,
      imports: [TypeOrmModule.forFeature([ServerActionEntity, ServerBootEntity]), ...parts],
      controllers: [ServersController, ServerActionsController, ServerPartsController],
      providers: PROVIDERS,
    };
  }
}
