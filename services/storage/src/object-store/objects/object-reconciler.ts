import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { STORAGE_CONFIG, type StorageConfig } from '../../storage.config.js';
import { ObjectBackend } from '../backend/object-backend.js';
import { ObjectsRepository } from './objects.repository.js';

/** Removes files that no object owns: what a crash left between the disk and the database. At start, then periodically. */
@Injectable()
export class ObjectReconciler implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ObjectReconciler.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<number> | undefined;

  constructor(
    private readonly backend: ObjectBackend,
    private readonly objects: ObjectsRepository,
    @Inject(STORAGE_CONFIG) private readonly config: StorageConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.runQuietly();
    this.timer = setInterval(() => {
      this.runQuietly();
    }, this.config.OCX_OBJECT_RECONCILER_SECONDS * 1000);
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running?.catch(() => undefined);
  }

  /** One pass. Returns how many files it removed. */
  async collect(): Promise<number> {
    let removed = 0;
    // The list comes before the question to the database: a blob committed in between is owned by then.
    for await (const ids of this.backend.settledIds()) {
      if (ids.length === 0) continue;
      const owned = await this.objects.ownedBlobs(ids);
      for (const id of ids) {
        if (owned.has(id)) continue;
        await this.backend.remove(id);
        removed += 1;
      }
    }
    return removed;
  }

  private runQuietly(): void {
    if (this.running) return;
    this.running = this.collect();
    this.running
      .then(
        (removed) => {
          if (removed > 0) this.logger.warn(`removed ${String(removed)} files that no object owned`);
        },
        (error: unknown) => {
          this.logger.error(error);
        },
      )
      .finally(() => {
        this.running = undefined;
      });
  }
}
