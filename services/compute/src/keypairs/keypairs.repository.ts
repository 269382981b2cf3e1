import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, Repository } from 'typeorm';
import type { Realm } from '../servers/server.js';
import { KeypairEntity } from './keypair.entity.js';
import type { Keypair } from './keypair.js';

@Injectable()
export class KeypairsRepository {
  constructor(@InjectRepository(KeypairEntity) private readonly rows: Repository<KeypairEntity>) {}

  list(realm: Realm, userId: string, page: { marker?: string; limit: number }): Promise<Keypair[]> {
    return this.rows.find({
      where: { realm, userId, ...(page.marker === undefined ? {} : { name: MoreThan(page.marker) }) },
      order: { name: 'ASC' },
      take: page.limit,
    });
  }

  async find(realm: Realm, userId: string, name: string): Promise<Keypair | undefined> {
    return (await this.rows.findOneBy({ realm, userId, name })) ?? undefined;
  }

  count(realm: Realm, userId: string): Promise<number> {
    return this.rows.countBy({ realm, userId });
  }

  /** False when the user has a key pair of this name. */
  async add(realm: Realm, keypair: Keypair): Promise<boolean> {
    const result = await this.rows
      .createQueryBuilder()
      .insert()
      .values({ realm, ...keypair })
      .orIgnore()
      .returning('name')
      .execute();
    return (result.raw as unknown[]).length > 0;
  }

  async remove(realm: Realm, userId: string, name: string): Promise<boolean> {
    return ((await this.rows.delete({ realm, userId, name })).affected ?? 0) > 0;
  }
}
