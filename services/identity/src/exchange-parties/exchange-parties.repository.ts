import { Injectable } from '@nestjs/common';
import { Conflict } from '@ocx/service-kit/errors';
import { DataSource } from 'typeorm';
import { isUniqueViolation } from '../database/constraints.js';
import { purgeExpired } from '../database/purge.js';
import { ClientEntity } from './client.entity.js';
import { EnrolmentCodeEntity } from './enrolment-code.entity.js';
import type { ExchangeParty, Landlord } from './exchange-party.js';
import { LandlordEntity } from './landlord.entity.js';

@Injectable()
export class ExchangePartiesRepository {
  constructor(private readonly dataSource: DataSource) {}

  findClient(id: string): Promise<ExchangeParty | null> {
    return this.dataSource.getRepository(ClientEntity).findOneBy({ id });
  }

  findLandlord(id: string): Promise<Landlord | null> {
    return this.dataSource.getRepository(LandlordEntity).findOneBy({ id });
  }

  async saveLandlord(landlord: Landlord): Promise<void> {
    await this.dataSource
      .getRepository(LandlordEntity)
      .upsert(landlord, ['id'])
      .catch((error: unknown) => {
        if (!isUniqueViolation(error)) throw error;
        throw new Conflict('This key belongs to another landlord.');
      });
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
