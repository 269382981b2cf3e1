import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { AttachmentsRepository } from './attachments/attachments.repository.js';
import { AttachmentsService } from './attachments/attachments.service.js';
import { VolumeExporter } from './exporter/volume-exporter.js';
import { UnfinishedVolumes } from './unfinished-volumes.js';

/** Well below the seconds a connector waits before reads and writes fail. */
const PERIOD_MS = 1_000;

/**
 * Keeps promises across crashes: an export that died comes back under the same address before its connector gives up,
 * one that nobody should have any more goes, and what was cut in half is finished.
 */
@Injectable()
export class BlockStorageKeeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(BlockStorageKeeper.name);
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly attachments: AttachmentsRepository,
    private readonly attaching: AttachmentsService,
    private readonly exporter: VolumeExporter,
    private readonly unfinished: UnfinishedVolumes,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** One look at everything; called again and again. */
  async keep(): Promise<void> {
    for (const { id } of await this.attachments.withState('ending')) {
      await this.attempt(`ending attachment ${id}`, () => this.attaching.end(id));
    }
    const exported = await this.attachments.withState('exported');
    for (const { id } of exported) {
      if (await this.exporter.isServed(id)) continue;
      this.logger.warn(`the export of attachment ${id} is down, starting it again`);
      await this.attempt(`exporting attachment ${id}`, async () => {
        await this.attaching.export(id);
      });
    }
    await this.attempt('finishing volumes', () => this.unfinished.finish());
  }

  private async run(): Promise<void> {
    await this.attempt('ending forgotten exports', () => this.endForgotten());
    while (!this.stopping.signal.aborted) {
      await this.attempt('keeping block storage', () => this.keep());
      await sleep(PERIOD_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  /** Only at the start, before anything new is exported: later an export may be a moment ahead of its row. */
  private async endForgotten(): Promise<void> {
    const live = new Set((await this.attachments.withState('exported')).map(({ id }) => id));
    for (const id of await this.exporter.list()) {
      if (!live.has(id)) await this.exporter.stop(id);
    }
  }

  private async attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.error(`${what} failed: ${error instanceof Error ? error.message : 'unknown error'}`);
    }
  }
}
