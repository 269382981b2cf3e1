import { Injectable } from '@nestjs/common';
import path from 'node:path';
import { Transactions } from '../database/transactions.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { writeArchive } from './audit-archive.js';
import { brokenAt } from './audit-chain.js';
import { AuditRecordsRepository } from './audit-records.repository.js';

// One replica at a time: what one archives, no other does.
const ARCHIVE_LOCK = 721_049_334;
/** Records in one file, for each that a round of the housekeeping may take. */
const FILE_FACTOR = 10;
const DAY_MS = 24 * 3600 * 1000;

const timeOf = (event: string): number => Date.parse((JSON.parse(event) as { eventTime: string }).eventTime);

/** Moves what is older than the operator keeps from the table to files, never to nothing. */
@Injectable()
export class AuditRetention {
  constructor(
    private readonly records: AuditRecordsRepository,
    private readonly transactions: Transactions,
    private readonly settings: IdentitySettings,
  ) {}

  /** Whole days are moved, so that there are few files. @returns `limit` when there may be more to move */
  async archive(limit: number): Promise<number> {
    const days = this.settings.config.OCX_AUDIT_RETENTION_DAYS;
    if (days === undefined) return 0;
    const before = (Math.floor(Date.now() / DAY_MS) - days) * DAY_MS;
    let moved = 0;
    await this.transactions.exclusively(ARCHIVE_LOCK, async () => {
      moved = await this.move(limit * FILE_FACTOR, before);
    });
    return moved === limit * FILE_FACTOR ? limit : 0;
  }

  private async move(limit: number, before: number): Promise<number> {
    const checkpoint = await this.records.checkpoint();
    const oldest = await this.records.allButTheLast(limit);
    const young = oldest.findIndex(({ event }) => timeOf(event) >= before);
    const old = young < 0 ? oldest : oldest.slice(0, young);
    const last = old.at(-1);
    if (!last) return 0;
    const problem = brokenAt(old, checkpoint);
    if (problem !== undefined) throw new Error(`The audit trail is not archived: ${problem}.`);
    await writeArchive(path.join(this.settings.config.OCX_DATA_DIR, 'audit-archive'), old);
    await this.records.cut(last);
    return old.length;
  }
}
