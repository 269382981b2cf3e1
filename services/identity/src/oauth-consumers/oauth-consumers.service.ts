import { Injectable } from '@nestjs/common';
import { NotFound } from '@ocx/service-kit/errors';
import { randomBytes } from 'node:crypto';
import { Transactions } from '../database/transactions.js';
import { RevocationsService } from '../revocations/revocations.service.js';
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
    private readonly revocations: RevocationsService,
    private readonly transactions: Transactions,
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

  /** For its signatures; undefined when there is no such consumer. */
  async findSecret(id: string): Promise<string | undefined> {
    const consumer = await this.repository.find(id);
    return consumer ? this.sealing.open(consumer.sealedSecret, id) : undefined;
  }

  /** Ends what users delegated to it, and every token that it got by that. */
  async delete(id: string): Promise<void> {
    await this.show(id);
    await this.transactions.run(async (tx) => {
      const ended = await this.repository.accessTokenIds(tx, id);
      await this.revocations.revoke(tx, ...ended.map((auditId) => ({ auditId })));
      await this.repository.delete(tx, id);
    });
  }
}
