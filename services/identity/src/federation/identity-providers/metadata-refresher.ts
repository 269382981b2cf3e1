import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { IdentitySettings } from '../../settings/identity.config.js';
import { ProviderMetadata } from './provider-metadata.service.js';

/** Often enough that each source is asked in its time, whichever replica does it. */
const ROUNDS = 10;

/** Asks the providers' metadata sources again and again, so that new certificates are known before they are used. */
@Injectable()
export class MetadataRefresher implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(MetadataRefresher.name);
  private readonly everyMs: number;
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(
    settings: IdentitySettings,
    private readonly metadata: ProviderMetadata,
  ) {
    this.everyMs = settings.config.OCX_METADATA_REFRESH_SECONDS * 1000;
  }

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.round;
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.round = this.run().finally(() => {
        if (!this.stopping) this.schedule();
      });
    }, this.everyMs / ROUNDS);
    this.timer.unref();
  }

  private async run(): Promise<void> {
    const before = new Date(Date.now() - this.everyMs);
    try {
      let asked = await this.metadata.refresh(before);
      while (asked && !this.stopping) {
        const { id, problem } = asked;
        if (problem !== undefined) this.logger.warn(`The metadata of ${id} stay as they are: ${problem}`);
        asked = await this.metadata.refresh(before);
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : 'unknown';
      this.logger.warn(`Metadata sources are asked again in the next round: ${why}`);
    }
  }
}
