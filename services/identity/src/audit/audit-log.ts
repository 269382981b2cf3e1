import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { auditEvent, type AuditFacts, type AuditOrigin } from './audit-event.js';
import { AuditRecordsRepository } from './audit-records.repository.js';

const BATCH = 500;

interface Waiting {
  readonly event: string;
  readonly written: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * The trail of authentications, exchanges and administrative changes. What comes while a batch is being written goes
 * into the next, so that one commit serves many.
 */
@Injectable()
export class AuditLog {
  private readonly origins = new AsyncLocalStorage<AuditOrigin>();
  private waiting: Waiting[] = [];
  private isWriting = false;

  constructor(private readonly repository: AuditRecordsRepository) {}

  /** Runs `work` so that what it records is told to have come from there. */
  within<T>(origin: AuditOrigin, work: () => T): T {
    return this.origins.run(origin, work);
  }

  /** Resolves once the event is in the trail for good: answer only then. */
  record(facts: Omit<AuditFacts, 'origin'>): Promise<void> {
    const event = auditEvent({ ...facts, origin: this.origins.getStore() });
    return new Promise((written, failed) => {
      this.waiting.push({ event, written, failed });
      if (!this.isWriting) void this.write();
    });
  }

  private async write(): Promise<void> {
    this.isWriting = true;
    // What is recorded in one go is written in one.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, BATCH);
      try {
        await this.repository.append(batch.map(({ event }) => event));
        for (const { written } of batch) written();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.isWriting = false;
  }
}
