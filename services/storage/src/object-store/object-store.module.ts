import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { STORAGE_CONFIG, type StorageConfig } from '../storage.config.js';
import { AccountEnding } from './accounts/account-ending.service.js';
import { AccountRequests } from './accounts/account-requests.js';
import { AccountsRepository } from './accounts/accounts.repository.js';
import { AccountsService } from './accounts/accounts.service.js';
import { LeaseMeter, StorageMeter } from './accounts/storage-meter.js';
import { objectBackendModule } from './backend/object-backend.module.js';
import { SwiftClock } from './clock.js';
import { ContainerRequests } from './containers/container-requests.js';
import { ContainersRepository } from './containers/containers.repository.js';
import { ContainersService } from './containers/containers.service.js';
import { InfoController } from './http/info.controller.js';
import { SwiftController } from './http/swift.controller.js';
import { BulkDelete } from './large-objects/bulk-delete.js';
import { ManifestsService } from './large-objects/manifests.service.js';
import { ObjectContentsService } from './objects/object-contents.service.js';
import { ObjectCopies } from './objects/object-copies.js';
import { ObjectDownload } from './objects/object-download.js';
import { ObjectExpirer } from './objects/object-expirer.js';
import { ObjectReads } from './objects/object-reads.js';
import { ObjectReconciler } from './objects/object-reconciler.js';
import { ObjectRequests } from './objects/object-requests.js';
import { ObjectUploads } from './objects/object-uploads.js';
import { ObjectsRepository } from './objects/objects.repository.js';
import { ObjectsService } from './objects/objects.service.js';

@Module({})
class ObjectStoreModule {}

/** Swift v1. `landlord` is the landlord-kit module whose leases accounts live under. */
export function objectStoreModule(config: StorageConfig, landlord: DynamicModule): DynamicModule {
  return {
    module: ObjectStoreModule,
    imports: [landlord, objectBackendModule(join(config.OCX_DATA_DIR, 'objects'))],
    controllers: [InfoController, SwiftController],
    providers: [
      { provide: STORAGE_CONFIG, useValue: config },
      { provide: StorageMeter, useClass: LeaseMeter },
      SwiftClock,
      AccountsRepository,
      AccountsService,
      AccountEnding,
      AccountRequests,
      ContainersRepository,
      ContainersService,
      ContainerRequests,
      ObjectsRepository,
      ObjectsService,
      ObjectContentsService,
      ObjectUploads,
      ObjectCopies,
      ObjectDownload,
      ObjectReads,
      ObjectRequests,
      ManifestsService,
      BulkDelete,
      ObjectExpirer,
      ObjectReconciler,
    ],
    exports: [AccountEnding],
  };
}
