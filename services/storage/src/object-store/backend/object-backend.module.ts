import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { LocalDiskBackend } from './local-disk/local-disk-backend.js';
import { ObjectBackend } from './object-backend.js';

@Module({})
class ObjectBackendModule implements OnApplicationShutdown {
  constructor(private readonly backend: ObjectBackend) {}

  async onApplicationShutdown(): Promise<void> {
    if (this.backend instanceof LocalDiskBackend) await this.backend.close();
  }
}

/** The one place that knows which driver keeps the bytes. */
export function objectBackendModule(directory: string): DynamicModule {
  return {
    module: ObjectBackendModule,
    providers: [{ provide: ObjectBackend, useFactory: () => LocalDiskBackend.open(directory) }],
    exports: [ObjectBackend],
  };
}
