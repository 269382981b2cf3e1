import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LeaseEnding } from './lease-ending.service.js';
import { LeasesRepository } from './leases.repository.js';

const EVERY_MS = 1_000;
const AT_ONCE = 8;
const DUE_AT_MOST = 1_000;
/** A lease that could not be ended waits this long, so that it does not take the turn of others. */
const AGAIN_AFTER_MS = 5_000;

/** Ends leases whose time has come, and takes up again the ends that a crash or a failing engine interrupted. */
@Injectable()
export class LeaseExpiry implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('LeaseExpiry');
  private timer: NodeJS.Timeout | undefined;
  private work: Promise<void> = Promise.resolve();
  private stopped = false;
  private readonly waiting = new Map<string, number>();

  constructor(
    private readonly repository: LeasesRepository,
    private readonly ending: LeaseEnding,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.work;
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.work = this.sweep().finally(() => {
        this.schedule();
      });
    }, EVERY_MS);
  }

  private async sweep(): Promise<void> {
    try {
      const now = Date.now();
      for (const [id, until] of this.waiting) if (until <= now) this.waiting.delete(id);
      const due = await this.repository.due(new Date(now), DUE_AT_MOST);
      const turn = due.filter((id) => !this.waiting.has(id)).slice(0, AT_ONCE);
      await Promise.all(turn.map((id) => this.end(id)));
    } catch (error) {
      this.logger.error(`Leases that are due could not be read: ${message(error)}`);
    }
  }

  /** One lease that cannot be ended yet does not hold up the others. */
  private async end(id: string): Promise<void> {
    try {
      await this.ending.end(id);
    } catch (error) {
      this.waiting.set(id, Date.now() + AGAIN_AFTER_MS);
      this.logger.warn(`Lease ${id} could not be ended yet: ${message(error)}`);
    }
  }
}

const message = (error: unknown) => (error instanceof Error ? error.message : 'unknown error');
