import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { IdentitySettings } from '../settings/identity.config.js';
import { KeyRing } from './key-ring.js';

const REFRESH_MS = 60_000;

/** Notices a key that an operator, or another replica with the same data directory, added; makes the next in its time. */
@Injectable()
export class KeyRingRefresher implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(KeyRingRefresher.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly ring: KeyRing,
    private readonly settings: IdentitySettings,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.refresh();
    this.timer = setInterval(() => {
      this.refresh().catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.logger.error(`The signing keys could not be read again; the known ones stay in use: ${reason}`);
      });
    }, REFRESH_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async refresh(): Promise<void> {
    const made = await this.ring.renew(this.settings.config.OCX_SIGNING_KEY_MAX_AGE_DAYS);
    if (made !== undefined)
      this.logger.log(`The signing key was due for its successor ${made}, which signs in 15 minutes.`);
  }
}
