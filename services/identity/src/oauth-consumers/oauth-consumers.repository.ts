import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { OAuthConsumerEntity } from './oauth-consumer.entity.js';

@Injectable()
export class OAuthConsumersRepository {
  constructor(private readonly dataSource: DataSource) {}

  list(): Promise<OAuthConsumerEntity[]> {
    return this.dataSource.getRepository(OAuthConsumerEntity).find({ order: { id: 'ASC' }, take: 1000 });
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

  async delete(id: string): Promise<void> {
    await this.dataSource.getRepository(OAuthConsumerEntity).delete({ id });
  }
}
