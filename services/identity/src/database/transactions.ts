import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** Explicit transactions for use cases that touch more than one repository. */
@Injectable()
export class Transactions {
  constructor(private readonly dataSource: DataSource) {}

  run<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  /** A transaction that waits for every other one under the same lock, at whatever replica. */
  serialized<T>(lock: number, work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.run(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [lock]);
      return work(tx);
    });
  }

  /** Work of many transactions that one replica does at a time. The lock ends with its connection, so also in a crash. */
  async exclusively(lock: number, work: () => Promise<void>): Promise<void> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.query('SELECT pg_advisory_lock($1)', [lock]);
      try {
        await work();
      } finally {
        await runner.query('SELECT pg_advisory_unlock($1)', [lock]);
      }
    } finally {
      await runner.release();
    }
  }
}
