import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { VerifiedMove } from '@ocx/openstack-client/landlord-move';
import { DataSource, IsNull, QueryFailedError } from 'typeorm';
import { LandlordMoveEntity } from './landlord-move.entity.js';
import { LandlordEntity } from './landlord.entity.js';
import type { FormerKey } from './landlord.js';

/** A move on its way: proven at its endpoint, and to be known at identity before it is in force here. */
export interface PendingMove {
  readonly landlordId: string;
  readonly seq: number;
  readonly move: string;
  readonly consent: string | null;
  readonly sha256: string;
}

@Injectable()
export class LandlordMovesRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** The move with this hash, under way or in force. */
  bySha256(sha256: string): Promise<(PendingMove & { readonly appliedAt: Date | null }) | null> {
    return this.dataSource.getRepository(LandlordMoveEntity).findOneBy({ sha256 });
  }

  pending(): Promise<PendingMove[]> {
    return this.dataSource.getRepository(LandlordMoveEntity).findBy({ appliedAt: IsNull() });
  }

  /** False when another move of this landlord has this number. */
  async begin(pending: PendingMove): Promise<boolean> {
    return this.dataSource
      .getRepository(LandlordMoveEntity)
      .insert({ ...pending, appliedAt: null })
      .then(() => true)
      .catch((error: unknown) => {
        const isTaken = error instanceof QueryFailedError && (error.driverError as { code?: string }).code === '23505';
        if (isTaken) return false;
        throw error;
      });
  }

  /** A move that identity has refused was none. */
  async abandon({ landlordId, seq, sha256 }: PendingMove): Promise<void> {
    await this.dataSource.getRepository(LandlordMoveEntity).delete({ landlordId, seq, sha256, appliedAt: IsNull() });
  }

  /** Puts the move in force: endpoint, key, what the former key is still good for, and the number, at once. */
  async apply(landlordId: string, move: VerifiedMove): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const landlords = manager.getRepository(LandlordEntity);
      const lock = { mode: 'pessimistic_write' } as const;
      const known = await landlords.findOneOrFail({ where: { id: landlordId }, lock });
      if (known.moveSeq >= move.seq) return;
      const former: FormerKey = { jwk: known.jwk, jkt: known.jkt, retired_at: new Date().toISOString() };
      await landlords.update(
        { id: landlordId },
        {
          endpoint: move.endpoint,
          jwk: { ...move.jwk },
          jkt: move.jkt,
          moveSeq: move.seq,
          moveSha256: move.sha256,
          formerKeys: move.isNewKey ? [...known.formerKeys, former] : known.formerKeys,
        },
      );
      await manager.getRepository(LandlordMoveEntity).update({ landlordId, seq: move.seq }, { appliedAt: new Date() });
    });
  }
}
