import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LeaseAmendments } from '../amendments/lease-amendments.service.js';
import { LeaseBook } from '../leases/lease-book.js';
import { LeaseCloser } from '../leases/lease-closer.js';
import type { Task } from './task.js';
import { TasksRepository } from './tasks.repository.js';

const IDLE_MS = 500;
const BATCH = 16;

/** Finishes what was begun: any number of workers, in any number of processes, share the tasks. */
@Injectable()
export class OutboxWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(OutboxWorker.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly tasks: TasksRepository,
    private readonly book: LeaseBook,
    private readonly closer: LeaseCloser,
    private readonly amendments: LeaseAmendments,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(0);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** Something was just added: look now rather than at the next turn. */
  wake(): void {
    if (this.running === undefined) this.schedule(0);
  }

  /** Takes what is due and works it off; answers how many tasks there were. */
  async runDue(): Promise<number> {
    const due = await this.tasks.take(BATCH);
    await Promise.all(due.map((task) => this.run(task)));
    return due.length;
  }

  private schedule(delayMs: number): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.running = this.turn().finally(() => {
        this.running = undefined;
      });
    }, delayMs);
  }

  private async turn(): Promise<void> {
    let more = false;
    try {
      more = (await this.runDue()) === BATCH;
    } catch (error) {
      this.logger.error(`the outbox could not be read: ${String(error)}`);
    }
    this.schedule(more ? 0 : IDLE_MS);
  }

  private async run(task: Task): Promise<void> {
    try {
      await this.perform(task);
      await this.tasks.remove(task.leaseId, task.kind);
    } catch (error) {
      this.logger.warn(`task ${task.kind} of lease ${task.leaseId}, attempt ${task.attempts}: ${String(error)}`);
      await this.tasks.retryLater(task).catch(() => undefined);
    }
  }

  private perform({ kind, leaseId, attempts }: Task): Promise<void> {
    switch (kind) {
      case 'guard':
        return this.book.interrupt(leaseId);
      case 'end':
        return this.closer.carryOutEnd(leaseId, attempts);
      case 'discard':
        return this.closer.discard(leaseId);
      case 'amend':
        return this.amendments.resume(leaseId, attempts);
    }
  }
}
