import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Rounds } from '../../background/rounds.js';
import { IdentitySettings } from '../../settings/identity.config.js';
import { ProviderMetadata } from './provider-metadata.service.js';

/** Often enough that each source is asked in its time, whichever replica does it. */
const ROUNDS = 10;

/** Asks the providers' metadata sources again and again, so that new certificates are known before they are used. */
@Injectable()
export class MetadataRefresher implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(MetadataRefresher.name);
  private readonly everyMs: number;
  private readonly rounds: Rounds;

  constructor(
    settings: IdentitySettings,
    private readonly metadata: ProviderMetadata,
  ) {
    this.everyMs = settings.config.OCX_METADATA_REFRESH_SECONDS * 1000;
    this.rounds = new Rounds(this.everyMs / ROUNDS, () => this.run());
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  private async run(): Promise<void> {
    const before = new Date(Date.now() - this.everyMs);
    try {
      let asked = await this.metadata.refresh(before);
      while (asked && !this.rounds.isStopped) {
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
