import { Injectable } from '@nestjs/common';
import type { AuditRecord } from '@ocx/openstack-api/identity/audit';
import { DataSource, LessThanOrEqual, MoreThan } from 'typeorm';
import { Transactions } from '../database/transactions.js';
import { chain } from './audit-chain.js';
import { AuditCheckpointEntity } from './audit-checkpoint.entity.js';
import { AuditRecordEntity } from './audit-record.entity.js';

// One writer at a time, until its commit: each record names the one before it.
const AUDIT_LOCK = 721_049_333;

@Injectable()
export class AuditRecordsRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  append(events: readonly string[]): Promise<void> {
    return this.transactions.serialized(AUDIT_LOCK, async (tx) => {
      const [last] = await tx.find(AuditRecordEntity, { order: { seq: 'DESC' }, take: 1 });
      const records = chain(last && { seq: Number(last.seq), sha256: last.sha256 }, events);
      await tx.insert(
        AuditRecordEntity,
        records.map(({ seq, ...record }) => ({ ...record, seq: String(seq) })),
      );
    });
  }

  /** The last record that is in an archive and no longer here. */
  async checkpoint(): Promise<Pick<AuditRecord, 'seq' | 'sha256'> | undefined> {
    const [last] = await this.dataSource.getRepository(AuditCheckpointEntity).find({ order: { seq: 'DESC' }, take: 1 });
    return last && { seq: Number(last.seq), sha256: last.sha256 };
  }

  /** The oldest records, but for the very last: the next one is chained to it. */
  async allButTheLast(limit: number): Promise<AuditRecord[]> {
    return (await this.after(0, limit + 1)).slice(0, -1);
  }

  /** Removes every record up to this one, which must be in an archive. */
  cut({ seq, sha256 }: Pick<AuditRecord, 'seq' | 'sha256'>): Promise<void> {
    return this.transactions.run(async (tx) => {
      await tx.insert(AuditCheckpointEntity, { seq: String(seq), sha256 });
      await tx.delete(AuditRecordEntity, { seq: LessThanOrEqual(String(seq)) });
    });
  }

  async after(seq: number, limit: number): Promise<AuditRecord[]> {
    const rows = await this.dataSource.getRepository(AuditRecordEntity).find({
      where: { seq: MoreThan(String(seq)) },
      order: { seq: 'ASC' },
      take: limit,
    });
    return rows.map(({ seq: number, event, previous, sha256 }) => ({ seq: Number(number), previous, sha256, event }));
  }
}
