import { Injectable } from '@nestjs/common';
import { Conflict } from '@ocx/service-kit/errors';
import { DataSource, type EntityManager } from 'typeorm';
import { isUniqueViolation } from '../database/constraints.js';
import { purgeExpired } from '../database/purge.js';
import { ClientEntity } from './client.entity.js';
import { EnrolmentCodeEntity } from './enrolment-code.entity.js';
import type { ExchangeParty, Landlord, MovedLandlord } from './exchange-party.js';
import { LandlordEntity } from './landlord.entity.js';

/** What a move changes of a landlord. */
export type Moved = Omit<MovedLandlord, 'id' | 'name' | 'kind' | 'region' | 'acceptsAdmin'>;

@Injectable()
export class ExchangePartiesRepository {
  constructor(private readonly dataSource: DataSource) {}

  findClient(id: string): Promise<ExchangeParty | null> {
    return this.dataSource.getRepository(ClientEntity).findOneBy({ id });
  }

  findLandlord(id: string): Promise<MovedLandlord | null> {
    return this.dataSource.getRepository(LandlordEntity).findOneBy({ id });
  }

  /** Registers the landlord or replaces what was said of it, but for its key. Throws {@link Conflict}. */
  async saveLandlord(landlord: Landlord): Promise<void> {
    await this.changing(landlord.id, async (tx, known) => {
      if (known && known.thumbprint !== landlord.thumbprint) {
        throw new Conflict('A landlord’s key is changed by the landlord: by a move that the present key has signed.');
      }
      if (!known) await this.checkUnused(tx, landlord.thumbprint);
      await tx.getRepository(LandlordEntity).upsert(landlord, ['id']);
    });
  }

  /**
   * Puts a landlord where `next` says, given what is known of it; undefined leaves it as it is. False for an unknown one.
   * One at a time for each landlord.
   */
  async moveLandlord(id: string, next: (known: MovedLandlord) => Promise<Moved | undefined>): Promise<boolean> {
    return this.changing(id, async (tx, known) => {
      if (!known) return false;
      const change = await next(known);
      if (!change) return true;
      if (change.thumbprint !== known.thumbprint) await this.checkUnused(tx, change.thumbprint);
      const { jwk, formerKeys, ...rest } = change;
      await tx.getRepository(LandlordEntity).update({ id }, { ...rest, jwk: { ...jwk }, formerKeys: [...formerKeys] });
      return true;
    });
  }

  private changing<T>(id: string, change: (tx: EntityManager, known: LandlordEntity | null) => Promise<T>): Promise<T> {
    return this.dataSource
      .transaction(async (tx) => {
        const lock = { mode: 'pessimistic_write' } as const;
        return change(tx, await tx.getRepository(LandlordEntity).findOne({ where: { id }, lock }));
      })
      .catch((error: unknown) => {
        if (!isUniqueViolation(error)) throw error;
        throw new Conflict('This key belongs to another landlord.');
      });
  }

  private async checkUnused(tx: EntityManager, thumbprint: string): Promise<void> {
    const wanted = JSON.stringify([{ thumbprint }]);
    const used = await tx
      .getRepository(LandlordEntity)
      .createQueryBuilder('landlord')
      .where('landlord.formerKeys @> :wanted::jsonb', { wanted })
      .getExists();
    if (used) throw new Conflict('A landlord has given this key up; it does not come back.');
  }

  async deleteLandlord(id: string): Promise<void> {
    await this.dataSource.getRepository(LandlordEntity).delete({ id });
  }

  async addCode(sha256: string, clientId: string): Promise<void> {
    await this.dataSource
      .createQueryBuilder()
      .insert()
      .into(EnrolmentCodeEntity)
      .values({ sha256, clientId, thumbprint: null })
      .orIgnore()
      .updateEntity(false)
      .execute();
  }

  /**
   * Spends the code on this key and registers the client, in one transaction. A code already spent on the same key is
   * accepted again.
   * @returns false for an unknown code or one spent on another key
   */
  async enrol(sha256: string, client: ExchangeParty): Promise<boolean> {
    return this.dataSource.transaction(async (tx) => {
      const spent = await tx
        .createQueryBuilder()
        .update(EnrolmentCodeEntity)
        .set({ thumbprint: client.thumbprint })
        .where('sha256 = :sha256 AND client_id = :id AND (thumbprint IS NULL OR thumbprint = :thumbprint)', {
          sha256,
          id: client.id,
          thumbprint: client.thumbprint,
        })
        .execute();
      if (spent.affected !== 1) return false;
      await tx.getRepository(ClientEntity).upsert(client, ['id']);
      return true;
    });
  }

  /** False when the assertion was presented before. The insert decides, across replicas too. */
  async claimAssertion(clientId: string, jti: string, expiresAt: Date): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `INSERT INTO client_assertions (client_id, jti, expires_at) VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING RETURNING 1`,
      [clientId, jti, expiresAt],
    );
    return rows.length === 1;
  }

  purgeAssertions(limit: number): Promise<number> {
    const before = new Date();
    return purgeExpired(this.dataSource, { table: 'client_assertions', column: 'expires_at', before, limit });
  }
}
