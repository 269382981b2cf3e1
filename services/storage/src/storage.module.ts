import { type DynamicModule, Module } from '@nestjs/common';
import { landlordAuth, landlordModule } from '@ocx/landlord-kit/landlord.module';
import { databaseModule } from '@ocx/service-kit/database';
import { HealthController } from '@ocx/service-kit/health.controller';
import { blockStorageModule } from './block-storage/block-storage.module.js';
import { BLOCK_STORAGE_MICROVERSIONS } from './block-storage/versions/block-storage-microversion.js';
import { STORAGE_ENTITIES, STORAGE_MIGRATIONS } from './database/schema.js';
import { StorageLeasedResources } from './leased-resources.js';
import { LeasedResources } from '@ocx/landlord-kit/leases/leased-resources';
import { objectStoreModule } from './object-store/object-store.module.js';
import type { StorageConfig } from './storage.config.js';

@Module({})
export class StorageModule {
  static forConfig(config: StorageConfig): DynamicModule {
    const landlord = landlordModule({
      config,
      kind: 'storage',
      microversions: BLOCK_STORAGE_MICROVERSIONS,
      capacityUnits: ['gib'],
    });
    const objectStore = objectStoreModule(config, landlord);
    return {
      module: StorageModule,
      imports: [
        databaseModule({ url: config.DATABASE_URL, entities: STORAGE_ENTITIES, migrations: STORAGE_MIGRATIONS }),
        landlord,
        landlordAuth(landlord),
        objectStore,
        blockStorageModule(config, landlord),
      ],
      controllers: [HealthController],
      providers: [{ provide: LeasedResources, useClass: StorageLeasedResources }],
    };
  }
}
