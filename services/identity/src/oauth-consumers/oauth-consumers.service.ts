import { Injectable } from '@nestjs/common';
import { NotFound } from '@ocx/service-kit/errors';
import { randomBytes } from 'node:crypto';
import { Sealing } from '../sealing/sealing.js';
import type { Page, PageRequest } from '../wire/collection.js';
import { newId } from '../wire/id.js';
import type { OAuthConsumer } from './oauth-consumer.js';
import { OAuthConsumersRepository } from './oauth-consumers.repository.js';

@Injectable()
export class OAuthConsumersService {
  constructor(
    private readonly repository: OAuthConsumersRepository,
    private readonly sealing: Sealing,
  ) {}

  list(page: PageRequest): Promise<Page<OAuthConsumer>> {
    return this.repository.list(page);
  }

  async show(id: string): Promise<OAuthConsumer> {
    const consumer = await this.repository.find(id);
    if (!consumer) throw new NotFound(`Could not find consumer: ${id}.`);
    return consumer;
  }

  /** @returns the consumer and its secret, which is never shown again */
  async create(description: string | null): Promise<{ consumer: OAuthConsumer; secret: string }> {
    const consumer = { id: newId(), description };
    const secret = randomBytes(32).toString('hex');
    await this.repository.insert({ ...consumer, sealedSecret: await this.sealing.seal(secret, consumer.id) });
    return { consumer, secret };
  }

  async describe(id: string, description: string | null | undefined): Promise<OAuthConsumer> {
    const before = await this.show(id);
    if (description === undefined) return before;
    await this.repository.describe(id, description);
    return { id, description };
  }

  async delete(id: string): Promise<void> {
    await this.show(id);
    await this.repository.delete(id);
  }
}
