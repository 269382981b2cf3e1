import { Injectable } from '@nestjs/common';
import { BackendUnavailable } from '@ocx/service-kit/errors';
import { isUniqueViolation } from '../database/constraints.js';
import type { AuditRecord } from '@ocx/openstack-api/identity/audit';
import { DataSource, LessThanOrEqual, MoreThan } from 'typeorm';
import { Transactions } from '../database/transactions.js';
import { chain } from './audit-chain.js';
import { AuditCheckpointEntity } from './audit-checkpoint.entity.js';
import { AuditRecordEntity } from './audit-record.entity.js';

/** How often other replicas may be faster in a row. */
const TRIES = 200;

// The key alone would not do: what followed a replica's last record may have gone to the archive since.
const APPEND = `INSERT INTO audit_records (seq, previous, sha256, event)
  SELECT * FROM unnest($1::bigint[], $2::varchar[], $3::varchar[], $4::text[])
   WHERE (SELECT sha256 FROM audit_records ORDER BY seq DESC LIMIT 1) IS NOT DISTINCT FROM $5 RETURNING seq`;

type ChainEnd = Pick<AuditRecord, 'seq' | 'sha256'>;

@Injectable()
export class AuditRecordsRepository {
  private end: ChainEnd | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Continues the chain: in one statement after the record that was the last to this replica's knowledge. If another
   * one's came in between, nothing is written, and the end is looked up.
   */
  async append(events: readonly string[]): Promise<void> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const records = chain(this.end ?? (await this.lastOfAll()), events);
      this.end = undefined;
      if (await this.isWritten(records)) {
        this.end = records.at(-1);
        return;
      }
    }
    throw new BackendUnavailable('The audit trail is written by too many at once.', { retryAfterSeconds: 1 });
  }

  private async isWritten(records: readonly AuditRecord[]): Promise<boolean> {
    const [first] = records;
    if (!first) return true;
    try {
      const written = await this.dataSource.query<unknown[]>(APPEND, [
        records.map(({ seq }) => seq),
        records.map(({ previous }) => previous),
        records.map(({ sha256 }) => sha256),
        records.map(({ event }) => event),
        first.previous,
      ]);
      return written.length > 0;
    } catch (error) {
      if (isUniqueViolation(error)) return false;
      throw error;
    }
  }

  private async lastOfAll(): Promise<ChainEnd | undefined> {
    const [last] = await this.dataSource.getRepository(AuditRecordEntity).find({ order: { seq: 'DESC' }, take: 1 });
    return last && { seq: Number(last.seq), sha256: last.sha256 };
  }

  /** The last record that is in an archive and no longer here. */
  async checkpoint(): Promise<ChainEnd | undefined> {
    const [last] = await this.dataSource.getRepository(AuditCheckpointEntity).find({ order: { seq: 'DESC' }, take: 1 });
    return last && { seq: Number(last.seq), sha256: last.sha256 };
  }

  /** The oldest records, but for the very last: the next one is chained to it. */
  async allButTheLast(limit: number): Promise<AuditRecord[]> {
    return (await this.after(0, limit + 1)).slice(0, -1);
  }

  /** Removes every record up to this one, which must be in an archive. */
  cut({ seq, sha256 }: ChainEnd): Promise<void> {
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
