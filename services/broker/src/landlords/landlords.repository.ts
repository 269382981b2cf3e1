import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, IsNull, Not } from 'typeorm';
import { EnrolmentCodeEntity } from './enrolment-code.entity.js';
import { LandlordEntity } from './landlord.entity.js';
import type { Landlord } from './landlord.js';

function toLandlord(row: LandlordEntity): Landlord {
  const { id, name, kind, region, endpoint, jwk, jkt, state, description, moveSeq, moveSha256, formerKeys } = row;
  return { id, name, kind, region, endpoint, jwk, jkt, state, description, moveSeq, moveSha256, formerKeys };
}

@Injectable()
export class LandlordsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async registered(): Promise<Landlord[]> {
    const rows = await this.dataSource
      .getRepository(LandlordEntity)
      .createQueryBuilder('landlord')
      .where(`landlord.registeredAt IS NOT NULL AND landlord.state <> 'gone'`)
      .orderBy('landlord.region')
      .getMany();
    return rows.map(toLandlord);
  }

  async byId(id: string): Promise<Landlord | undefined> {
    const row = await this.dataSource.getRepository(LandlordEntity).findOneBy({ id });
    return row ? toLandlord(row) : undefined;
  }

  async byKey(jkt: string): Promise<Landlord | undefined> {
    const row = await this.dataSource.getRepository(LandlordEntity).findOneBy({ jkt });
    return row ? toLandlord(row) : undefined;
  }

  /** Whether it stands in the catalog: what is not registered at identity yet sells nothing. */
  async isRegistered(id: string): Promise<boolean> {
    return this.dataSource.getRepository(LandlordEntity).existsBy({ id, registeredAt: Not(IsNull()) });
  }

  /** Whether a landlord signs, or has ever signed, with this key. */
  async isKnownKey(jkt: string): Promise<boolean> {
    return this.dataSource
      .getRepository(LandlordEntity)
      .createQueryBuilder('landlord')
      .where('landlord.jkt = :jkt OR landlord.formerKeys @> :former::jsonb', { jkt, former: JSON.stringify([{ jkt }]) })
      .getExists();
  }

  /** A unique violation (name, region or key of another landlord) is the caller's to explain. */
  async insert(landlord: Landlord): Promise<void> {
    await this.dataSource
      .getRepository(LandlordEntity)
      .insert({ ...landlord, jwk: { ...landlord.jwk }, formerKeys: [...landlord.formerKeys] });
  }

  async update(id: string, change: Partial<Pick<Landlord, 'endpoint' | 'description'>>): Promise<void> {
    await this.dataSource.getRepository(LandlordEntity).update({ id }, change);
  }

  async markRegistered(id: string): Promise<void> {
    await this.dataSource.query(`UPDATE landlords SET registered_at = coalesce(registered_at, now()) WHERE id = $1`, [
      id,
    ]);
  }

  async eventSeq(id: string): Promise<number> {
    const row = await this.dataSource.getRepository(LandlordEntity).findOneByOrFail({ id });
    return Number(row.eventSeq);
  }

  /** Never goes back, so that two brokers following one feed do not undo one another. */
  async advanceEventSeq(id: string, seq: number): Promise<void> {
    await this.dataSource.query(`UPDATE landlords SET event_seq = greatest(event_seq, $2) WHERE id = $1`, [id, seq]);
  }

  /** A landlord that lost its feed's numbers starts again: the only way back. */
  async resetEventSeq(id: string, seq: number): Promise<void> {
    await this.dataSource.query(`UPDATE landlords SET event_seq = $2 WHERE id = $1`, [id, seq]);
  }

  async insertCode(code: { codeSha256: string; createdBy: string; expiresAt: Date }): Promise<void> {
    await this.dataSource.getRepository(EnrolmentCodeEntity).insert(code);
  }

  /** Binds the code to the first key that uses it; false when it is unknown, expired or another key's. */
  async bindCode(codeSha256: string, jkt: string): Promise<boolean> {
    return this.dataSource.transaction(async (manager: EntityManager) => {
      const bound: unknown[] = await manager.query(
        `SELECT 1 FROM enrolment_codes WHERE code_sha256 = $1 AND jkt = $2`,
        [codeSha256, jkt],
      );
      if (bound.length > 0) return true;
      const [, count]: [unknown, number] = await manager.query(
        `UPDATE enrolment_codes SET jkt = $2 WHERE code_sha256 = $1 AND jkt IS NULL AND expires_at > now()`,
        [codeSha256, jkt],
      );
      return count === 1;
    });
  }
}
