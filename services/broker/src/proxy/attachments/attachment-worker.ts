import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Attachment } from './attachment.js';
import { AttachmentParties } from './attachment-parties.js';
import { AttachmentsRepository } from './attachments.repository.js';

const EVERY_MS = 5_000;
/** A reservation that is still one after this time belongs to a broker that died. */
const ABANDONED_MS = 120_000;

/** Finishes detaching, and undoes attachments that were left half done, until both landlords have let go. */
@Injectable()
export class AttachmentWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(AttachmentWorker.name);
  private readonly running = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly repository: AttachmentsRepository,
    private readonly parties: AttachmentParties,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.sweep().catch((error: unknown) => {
        this.log.warn(`attachments could not be swept: ${String(error)}`);
      });
    }, EVERY_MS);
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await Promise.allSettled(this.running.values());
  }

  /** Lets go at the compute landlord, then at the storage landlord, then forgets. One at a time per attachment. */
  finish(attachment: Attachment): Promise<void> {
    const running = this.running.get(attachment.id);
    if (running) return running;
    const work = this.letGo(attachment)
      .catch((error: unknown) => {
        this.log.warn(`attachment ${attachment.id} is let go of later: ${String(error)}`);
      })
      .finally(() => this.running.delete(attachment.id));
    this.running.set(attachment.id, work);
    return work;
  }

  private async letGo(attachment: Attachment): Promise<void> {
    if (!(await this.parties.disconnect(attachment))) return;
    await this.parties.release(attachment);
    await this.repository.remove(attachment.id);
  }

  private async sweep(): Promise<void> {
    for (const attachment of await this.repository.unfinished(new Date())) {
      const age = Date.now() - attachment.createdAt.getTime();
      if (attachment.state === 'reserving' && age > ABANDONED_MS) {
        await this.repository.transition(attachment.id, ['reserving'], { state: 'detaching' });
      } else if (attachment.state === 'detaching') await this.finish(attachment);
    }
  }
}
