import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, QueryFailedError, type EntityManager } from 'typeorm';
import { LeaseAmendmentEntity } from './lease-amendment.entity.js';
import { amendmentError, type LeaseAmendment } from './lease-amendment.js';

@Injectable()
export class LeaseAmendmentsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Throws `Conflict` (`amendment_pending`) while another amendment of the lease is on its way. */
  async insert(
    manager: EntityManager,
    { id, leaseId, quantity, escrow, document }: LeaseAmendment,
    replaced: { readonly document: string; readonly acceptance: string },
  ): Promise<void> {
    const row = { id, leaseId, quantity: String(quantity), escrow: escrow.toString(), document };
    const inForce = { replacedDocument: replaced.document, replacedAcceptance: replaced.acceptance };
    try {
      await manager.getRepository(LeaseAmendmentEntity).insert({ ...row, ...inForce });
    } catch (error) {
      const { constraint } = error instanceof QueryFailedError ? (error.driverError as { constraint?: string }) : {};
      if (constraint !== 'lease_amendments_pending_key') throw error;
      throw amendmentError('amendment_pending');
    }
  }

  /** Compare-and-swap: false when it was concluded before. */
  async conclude(
    manager: EntityManager,
    id: string,
    state: 'accepted' | 'refused',
    reason: string | null = null,
  ): Promise<boolean> {
    const { affected } = await manager
      .getRepository(LeaseAmendmentEntity)
      .update({ id, state: 'pending' }, { state, reason });
    return affected === 1;
  }

  async pending(leaseId: string): Promise<LeaseAmendment | undefined> {
    const row = await this.dataSource.getRepository(LeaseAmendmentEntity).findOneBy({ leaseId, state: 'pending' });
    if (!row) return undefined;
    const { id, document } = row;
    return { id, leaseId, quantity: Number(row.quantity), escrow: BigInt(row.escrow), document };
  }
}
