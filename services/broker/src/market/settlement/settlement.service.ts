import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Usage, type Meter } from '@ocx/openstack-api/exchange/documents';
import { DocumentRefused, documentHash } from '@ocx/openstack-client/documents';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { LandlordBreaker } from '../../landlords/landlord-breaker.js';
import { LandlordDocuments } from '../../landlords/landlord-documents.js';
import type { Landlord } from '../../landlords/landlord.js';
import { LedgerService } from '../../ledger/ledger.service.js';
import type { LeaseBooks } from '../leases/lease-books.js';
import { LeasesRepository } from '../leases/leases.repository.js';
import { costOfUnits, perHour, roundUp } from '../quotes/pricing.js';
import { ReceiptsRepository } from './receipts.repository.js';
import { isSettled, refusalOf, type SignedUsage, unitsAfter } from './usage-check.js';

export interface Settlement {
  /** The landlord's final record is settled. */
  readonly final: boolean;
  /** Why a record was refused; those before it are settled. */
  readonly refused: string | undefined;
  /** Escrow and wallet do not reach for another minute. */
  readonly outOfFunds: boolean;
}

/** Turns signed usage into charges and receipts: each record exactly once, each charge exact. */
@Injectable()
export class SettlementService {
  private readonly logger = new Logger(SettlementService.name);

  constructor(
    private readonly leases: LeasesRepository,
    private readonly ledger: LedgerService,
    private readonly key: SigningKey,
    private readonly breaker: LandlordBreaker,
    private readonly documents: LandlordDocuments,
    private readonly receipts: ReceiptsRepository,
  ) {}

  /** Settles the records in their order, in one transaction; one that does not hold is refused with all after it. */
  async settle(landlord: Landlord, leaseId: string, documents: readonly string[]): Promise<Settlement> {
    const { records, refused } = await this.verify(landlord, documents);
    const settlement = await this.leases.transaction(async (manager) => {
      let books = await this.leases.lock(manager, leaseId);
      if (!books) throw new Error('A lease vanished.');
      let final = false;
      for (const record of records) {
        if (isSettled(books, record)) {
          final ||= record.usage.final;
          continue;
        }
        const refusal = refusalOf(books, record, new Date());
        if (refusal) {
          await this.leases.setDispute(manager, leaseId, refusal);
          return { final, refused: refusal, books };
        }
        books = await this.book(manager, books, record);
        final ||= record.usage.final;
      }
      return { final, refused, books };
    });
    if (settlement.refused !== undefined) {
      this.breaker.count(landlord.id, `usage_${settlement.refused}`);
      this.logger.warn(`refused usage of lease ${leaseId} from ${landlord.name}: ${settlement.refused}`);
    }
    return {
      final: settlement.final,
      refused: settlement.refused,
      outOfFunds: await this.isOutOfFunds(settlement.books),
    };
  }

  private async verify(
    landlord: Landlord,
    documents: readonly string[],
  ): Promise<{ records: SignedUsage[]; refused: string | undefined }> {
    const records: SignedUsage[] = [];
    for (const jws of documents) {
      try {
        const usage = await this.documents.verify(landlord, 'ocx-usage+jwt', jws, {
          schema: Usage,
          dated: ({ to }) => to,
        });
        records.push({ usage, jws, sha256: documentHash(jws) });
      } catch (error) {
        if (!(error instanceof DocumentRefused)) throw error;
        return { records, refused: 'signature' };
      }
    }
    return { records, refused: undefined };
  }

  private async book(manager: EntityManager, books: LeaseBooks, record: SignedUsage): Promise<LeaseBooks> {
    const { usage, sha256 } = record;
    const units: Partial<Record<Meter, bigint>> = { ...books.units };
    for (const [meter, used] of Object.entries(usage.meters) as [Meter, string][]) {
      units[meter] = unitsAfter(books, meter, BigInt(used));
    }
    const due = costOfUnits(books.prices, units) - books.charged - books.unpaid;
    const held = await this.ledger.topUp(manager, books, due, `due:${usage.seq}`);
    const amount = due < held ? due : held;
    const settled = {
      seq: usage.seq,
      sha256,
      to: new Date(usage.to),
      units,
      charged: books.charged + amount,
      unpaid: books.unpaid + due - amount,
    };
    await this.ledger.charge(manager, books, amount, usage.seq);
    await this.leases.recordUsage(manager, books.id, settled);
    await this.writeReceipt(manager, books, record, amount);
    if (!usage.final) await this.ledger.topUp(manager, books, hourlyCost(books), `hour:${usage.seq}`);
    return {
      ...books,
      units,
      usageSeq: usage.seq,
      usageSha256: sha256,
      usageTo: settled.to,
      charged: settled.charged,
      unpaid: settled.unpaid,
    };
  }

  private async writeReceipt(
    manager: EntityManager,
    books: LeaseBooks,
    { usage, sha256, jws }: SignedUsage,
    amount: bigint,
  ): Promise<void> {
    const receipt = await this.key.sign('ocx-receipt+jwt', {
      lease_id: books.id,
      project_id: books.projectId,
      landlord_id: books.landlordId,
      usage_seq: usage.seq,
      usage_sha256: sha256,
      amount: amount.toString(),
      final: usage.final,
      issued_at: new Date().toISOString(),
    });
    await this.receipts.insert(manager, { leaseId: books.id, usageSeq: usage.seq, usage: jws, receipt, amount });
  }

  private async isOutOfFunds(books: LeaseBooks): Promise<boolean> {
    const hourly = hourlyCost(books);
    if (hourly === 0n) return false;
    const held = await this.ledger.escrowed(books);
    return held * 60n < hourly;
  }
}

function hourlyCost({ prices, resource, quantity }: LeaseBooks): bigint {
  const cost = perHour(prices, resource.type, quantity);
  return cost ? roundUp(cost) : 0n;
}
