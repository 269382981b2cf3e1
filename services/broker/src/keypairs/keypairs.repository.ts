import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, MoreThan, type Repository } from 'typeorm';
import { KeypairEntity } from './keypair.entity.js';
import type { Keypair } from './keypair.js';

function toKeypair(row: KeypairEntity): Keypair {
  const { userId, name, number, publicKey, fingerprint, createdAt } = row;
  return { userId, name, number, type: 'ssh', publicKey, fingerprint, createdAt };
}

@Injectable()
export class KeypairsRepository {
  private readonly rows: Repository<KeypairEntity>;

  constructor(@InjectDataSource() dataSource: DataSource) {
    this.rows = dataSource.getRepository(KeypairEntity);
  }

  async list(userId: string, page: { marker?: string; limit: number }): Promise<Keypair[]> {
    const rows = await this.rows.find({
      where: { userId, ...(page.marker === undefined ? {} : { name: MoreThan(page.marker) }) },
      order: { name: 'ASC' },
      take: page.limit,
    });
    return rows.map(toKeypair);
  }

  async find(userId: string, name: string): Promise<Keypair | undefined> {
    const row = await this.rows.findOneBy({ userId, name });
    return row ? toKeypair(row) : undefined;
  }

  count(userId: string): Promise<number> {
    return this.rows.countBy({ userId });
  }

  /** False when the user has a key pair of that name. */
  async insert(keypair: Omit<Keypair, 'number'>): Promise<boolean> {
    const result = await this.rows
      .createQueryBuilder()
      .insert()
      .values({ ...keypair })
      .orIgnore()
      .returning('name')
      .execute();
    return (result.raw as unknown[]).length === 1;
  }

  async remove(userId: string, name: string): Promise<boolean> {
    return (await this.rows.delete({ userId, name })).affected === 1;
  }
}
