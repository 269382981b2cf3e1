import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { LandlordOptions } from '../landlord-options.js';
import { parseLandlordFile, type LandlordFileContent } from './landlord-file.js';

const LOOK_EVERY_MS = 1_000;

type Listener = (content: LandlordFileContent) => Promise<void>;

/** The landlord's configuration in force. A change that is not valid is reported and not taken. */
export class LandlordFile implements OnApplicationShutdown {
  private readonly logger = new Logger('LandlordFile');
  private listener: Listener | undefined;
  private reloading: Promise<void> = Promise.resolve();
  private readonly reload = () => {
    this.reloading = this.reloading.then(() => this.tryReload());
  };

  private constructor(
    private readonly options: LandlordOptions,
    private text: string,
    private content: LandlordFileContent,
  ) {}

  /** Throws `LandlordFileError`: a landlord does not start on a configuration it cannot understand. */
  static async load(options: LandlordOptions): Promise<LandlordFile> {
    const text = await readFile(options.config.OCX_LANDLORD_CONFIG, 'utf8');
    return new LandlordFile(options, text, parseLandlordFile(text, options));
  }

  current(): LandlordFileContent {
    return this.content;
  }

  /** From now on follows changes of the file. `listener` puts new content in force, or throws to refuse it. */
  follow(listener: Listener): void {
    this.listener = listener;
    // By looking, not by inotify: editors and configuration tools replace the file, which ends a watch.
    watchFile(this.options.config.OCX_LANDLORD_CONFIG, { interval: LOOK_EVERY_MS, persistent: false }, this.reload);
  }

  async onApplicationShutdown(): Promise<void> {
    unwatchFile(this.options.config.OCX_LANDLORD_CONFIG, this.reload);
    await this.reloading;
  }

  private async tryReload(): Promise<void> {
    try {
      const text = await readFile(this.options.config.OCX_LANDLORD_CONFIG, 'utf8');
      if (text === this.text) return;
      const content = parseLandlordFile(text, this.options);
      await this.listener?.(content);
      this.text = text;
      this.content = content;
      this.logger.log('The new configuration is in force.');
    } catch (error) {
      this.logger.error(`${error instanceof Error ? error.message : 'Unreadable.'} The previous one stays in force.`);
    }
  }
}
