import { Injectable } from '@nestjs/common';
import { Conflict, InvalidInput, NotFound, QuotaExceeded } from '@ocx/service-kit/errors';
import { ExchangeLimits } from '../proxy/quotas/exchange-limits.js';
import { createKeys, type Keypair, parsePublicKey } from './keypair.js';
import { KeypairsRepository } from './keypairs.repository.js';

/** Key pairs belong to the user at the broker; landlords see a public key only when a server is created with it. */
@Injectable()
export class KeypairsService {
  constructor(
    private readonly repository: KeypairsRepository,
    private readonly limits: ExchangeLimits,
  ) {}

  async list(userId: string, page: { marker?: string; limit: number }): Promise<Keypair[]> {
    if (page.marker !== undefined && !(await this.repository.find(userId, page.marker))) {
      throw new InvalidInput(`marker [${page.marker}] not found`);
    }
    return this.repository.list(userId, page);
  }

  async show(userId: string, name: string): Promise<Keypair> {
    const keypair = await this.repository.find(userId, name);
    if (!keypair) throw new NotFound(`Keypair ${name} not found for user ${userId}`);
    return keypair;
  }

  /** Imports the given public key, or makes a pair; only then `privateKey` is there, and only in this answer. */
  async create(userId: string, name: string, publicKey?: string): Promise<{ keypair: Keypair; privateKey?: string }> {
    const { key_pairs: limit } = await this.limits.compute();
    if (limit >= 0 && (await this.repository.count(userId)) >= limit) {
      throw new QuotaExceeded('Quota exceeded, too many key pairs.');
    }
    const keys: { publicKey: string; fingerprint: string; privateKey?: string } =
      publicKey === undefined ? await createKeys('Generated-by-OCX') : parsePublicKey(publicKey);
    const inserted = await this.repository.insert({
      userId,
      name,
      type: 'ssh',
      publicKey: keys.publicKey,
      fingerprint: keys.fingerprint,
      createdAt: new Date(),
    });
    if (!inserted) throw new Conflict(`Key pair '${name}' already exists.`);
    const keypair = await this.show(userId, name);
    return { keypair, ...(keys.privateKey === undefined ? {} : { privateKey: keys.privateKey }) };
  }

  async delete(userId: string, name: string): Promise<void> {
    if (!(await this.repository.remove(userId, name))) {
      throw new NotFound(`Keypair ${name} not found for user ${userId}`);
    }
  }
}
