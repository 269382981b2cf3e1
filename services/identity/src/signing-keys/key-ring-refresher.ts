import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { KeyRing } from './key-ring.js';

const REFRESH_MS = 60_000;

/** Notices a key that an operator, or another replica with the same data directory, added. */
@Injectable()
export class KeyRingRefresher implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(KeyRingRefresher.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly ring: KeyRing) {}

  onModuleInit(): void {
    this.timer = setInterval(() => {
      this.ring.reload().catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.logger.error(`The signing keys could not be read again; the known ones stay in use: ${reason}`);
      });
    }, REFRESH_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }
}
