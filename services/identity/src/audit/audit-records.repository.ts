import { Injectable } from '@nestjs/common';
import type { AuditRecord } from '@ocx/openstack-api/identity/audit';
import { DataSource, MoreThan } from 'typeorm';
import { Transactions } from '../database/transactions.js';
import { chain } from './audit-chain.js';
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

  async after(seq: number, limit: number): Promise<AuditRecord[]> {
    const rows = await this.dataSource.getRepository(AuditRecordEntity).find({
      where: { seq: MoreThan(String(seq)) },
      order: { seq: 'ASC' },
      take: limit,
    });
    return rows.map(({ seq: number, event, previous, sha256 }) => ({ seq: Number(number), previous, sha256, event }));
  }
}
