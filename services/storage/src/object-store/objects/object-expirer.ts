import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { STORAGE_CONFIG, type StorageConfig } from '../../storage.config.js';
import { ObjectBackend } from '../backend/object-backend.js';
import { ContainersRepository } from '../containers/containers.repository.js';
import { ObjectsRepository } from './objects.repository.js';

const BATCH = 500;

/** Removes objects whose `X-Delete-At` has come. Readers do not see them from that second on, with or without it. */
@Injectable()
export class ObjectExpirer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ObjectExpirer.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly objects: ObjectsRepository,
    private readonly containers: ContainersRepository,
    private readonly backend: ObjectBackend,
    @Inject(STORAGE_CONFIG) private readonly config: StorageConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running ??= this.expire()
        .catch((error: unknown) => {
          this.logger.error(error);
        })
        .finally(() => {
          this.running = undefined;
        });
    }, this.config.OCX_OBJECT_EXPIRER_SECONDS * 1000);
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** Removes all that are due now. An object that was given more time meanwhile stays. */
  async expire(): Promise<void> {
    const now = Math.floor(Date.now() / 1000);
    for (;;) {
      const due = await this.objects.findExpired(now, BATCH);
      let removed = 0;
      for (const { containerId, name } of due) {
        const container = await this.containers.findById(containerId);
        const blobId = container && (await this.objects.remove(container, name, now));
        if (blobId === undefined || blobId === null) continue;
        await this.backend.remove(blobId);
        removed += 1;
      }
      if (due.length < BATCH || removed === 0) return;
    }
  }
}
