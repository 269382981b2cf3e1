import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import type { LandlordConfig } from '@ocx/landlord-kit/landlord.config';
import { OwnLimits } from '@ocx/landlord-kit/standalone/own-limits';
import { VOLUME_RESOURCES } from '@ocx/openstack-api/identity/limited-resources';
import { AttachmentsController } from './attachments/attachments.controller.js';
import { AttachmentsRepository } from './attachments/attachments.repository.js';
import { AttachmentsService } from './attachments/attachments.service.js';
import { LandlordAttachmentsController } from './attachments/landlord-attachments.controller.js';
import { LandlordAttachmentsService } from './attachments/landlord-attachments.service.js';
import { OwnAttachmentsService } from './attachments/own-attachments.service.js';
import { LocalFilesBackend } from './backend/local-files/local-files-backend.js';
import { VolumeBackend } from './backend/volume-backend.js';
import { BlockStorageKeeper } from './block-storage-keeper.js';
import { BlockStorageConfig, type BlockStorageSettings } from './block-storage.config.js';
import { NbdkitExporter } from './exporter/nbdkit/nbdkit-exporter.js';
import { VolumeExporter } from './exporter/volume-exporter.js';
import { LimitsController } from './limits/limits.controller.js';
import { UnfinishedVolumes } from './unfinished-volumes.js';
import { VersionsController } from './versions/versions.controller.js';
import { VolumeTypesController } from './volume-types/volume-types.controller.js';
import { VolumeActionsController } from './volumes/volume-actions.controller.js';
import { VolumeChanges } from './volumes/volume-changes.js';
import { VolumeEnding } from './volumes/volume-ending.service.js';
import { VolumeMetadataController } from './volumes/volume-metadata.controller.js';
import { VolumePages } from './volumes/volume-pages.js';
import { VolumeQuotas } from './volumes/volume-quotas.js';
import { VolumesController } from './volumes/volumes.controller.js';
import { VolumesRepository } from './volumes/volumes.repository.js';
import { VolumesService } from './volumes/volumes.service.js';

type Config = LandlordConfig & BlockStorageSettings;

function ownLimits(config: Config): OwnLimits {
  return OwnLimits.from(config, 'volumev3', {
    [VOLUME_RESOURCES.volumes]: config.OCX_QUOTA_VOLUMES,
    [VOLUME_RESOURCES.gigabytes]: config.OCX_QUOTA_GIGABYTES,
  });
}

function exporter(config: Config): VolumeExporter {
  return new NbdkitExporter({
    directory: join(config.OCX_DATA_DIR, 'exports'),
    listenHost: config.OCX_EXPORT_LISTEN_HOST ?? config.OCX_EXPORT_HOST,
    advertisedHost: config.OCX_EXPORT_HOST,
    ports: config.OCX_EXPORT_PORTS,
  });
}

@Module({})
class BlockStorageModule {}

/**
 * Cinder v3 and the attachments between landlords. The only importer of backend and exporter drivers.
 * @param landlord what `landlordModule` returned
 */
export function blockStorageModule(config: Config, landlord: DynamicModule): DynamicModule {
  return {
    module: BlockStorageModule,
    imports: [landlord],
    controllers: [
      VersionsController,
      VolumesController,
      VolumeMetadataController,
      VolumeActionsController,
      VolumeTypesController,
      LimitsController,
      AttachmentsController,
      LandlordAttachmentsController,
    ],
    providers: [
      { provide: BlockStorageConfig, useValue: config },
      { provide: OwnLimits, useFactory: () => ownLimits(config) },
      { provide: VolumeBackend, useFactory: () => new LocalFilesBackend(join(config.OCX_DATA_DIR, 'volumes')) },
      { provide: VolumeExporter, useFactory: () => exporter(config) },
      VolumesRepository,
      VolumeChanges,
      VolumeQuotas,
      VolumesService,
      VolumePages,
      VolumeEnding,
      AttachmentsRepository,
      AttachmentsService,
      LandlordAttachmentsService,
      OwnAttachmentsService,
      UnfinishedVolumes,
      BlockStorageKeeper,
    ],
    exports: [VolumeEnding],
  };
}
