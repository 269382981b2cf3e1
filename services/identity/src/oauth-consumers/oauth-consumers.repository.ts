import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { findPage } from '../database/paging.js';
import type { Page, PageRequest } from '../wire/collection.js';
import { OAuthConsumerEntity } from './oauth-consumer.entity.js';

@Injectable()
export class OAuthConsumersRepository {
  constructor(private readonly dataSource: DataSource) {}

  list(page: PageRequest): Promise<Page<OAuthConsumerEntity>> {
    return findPage(this.dataSource.getRepository(OAuthConsumerEntity), {}, page);
  }

  find(id: string): Promise<OAuthConsumerEntity | null> {
    return this.dataSource.getRepository(OAuthConsumerEntity).findOneBy({ id });
  }

  async insert(consumer: OAuthConsumerEntity): Promise<void> {
    await this.dataSource.getRepository(OAuthConsumerEntity).insert(consumer);
  }

  async describe(id: string, description: string | null): Promise<void> {
    await this.dataSource.getRepository(OAuthConsumerEntity).update({ id }, { description });
  }

  async accessTokenIds(tx: EntityManager, id: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>('SELECT id FROM oauth_access_tokens WHERE consumer_id = $1', [id]);
    return rows.map((row) => row.id);
  }

  async delete(tx: EntityManager, id: string): Promise<void> {
    await tx.getRepository(OAuthConsumerEntity).delete({ id });
  }
}
