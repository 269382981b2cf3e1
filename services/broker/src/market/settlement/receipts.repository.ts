import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, MoreThan, type EntityManager } from 'typeorm';
import { ReceiptEntity } from './receipt.entity.js';

export interface SignedReceipt {
  readonly leaseId: string;
  readonly usageSeq: number;
  readonly usage: string;
  readonly receipt: string;
  readonly amount: bigint;
}

@Injectable()
export class ReceiptsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** A second receipt for one usage record breaks the primary key, and with it the transaction. */
  async insert(manager: EntityManager, receipt: SignedReceipt): Promise<void> {
    await manager.getRepository(ReceiptEntity).insert({ ...receipt, amount: receipt.amount.toString() });
  }

  async list(leaseId: string, after: number, limit: number): Promise<SignedReceipt[]> {
    const rows = await this.dataSource
      .getRepository(ReceiptEntity)
      .find({ where: { leaseId, usageSeq: MoreThan(after) }, order: { usageSeq: 'ASC' }, take: limit });
    return rows.map(({ usageSeq, usage, receipt, amount }) => ({
      leaseId,
      usageSeq,
      usage,
      receipt,
      amount: BigInt(amount),
    }));
  }
}
