import { Injectable } from '@nestjs/common';
import { Forbidden, NotFound } from '@ocx/service-kit/errors';
import { Transactions } from '../database/transactions.js';
import type { NewRevocation } from '../revocations/revocation.js';
import { RevocationsService } from '../revocations/revocations.service.js';
import type { Page, PageRequest } from '../wire/collection.js';
import { newId } from '../wire/id.js';
import type { Domain } from './domain.js';
import { type DomainFilter, DomainsRepository } from './domains.repository.js';

export type DomainChange = { [Field in 'name' | 'description' | 'enabled']?: Domain[Field] | undefined };

@Injectable()
export class DomainsService {
  constructor(
    private readonly repository: DomainsRepository,
    private readonly revocations: RevocationsService,
    private readonly transactions: Transactions,
  ) {}

  list(filter: DomainFilter, page: PageRequest): Promise<Page<Domain>> {
    return this.repository.list(filter, page);
  }

  find(id: string): Promise<Domain | null> {
    return this.repository.find(id);
  }

  findByName(name: string): Promise<Domain | null> {
    return this.repository.findByName(name);
  }

  async show(id: string): Promise<Domain> {
    const domain = await this.repository.find(id);
    if (!domain) throw new NotFound(`Could not find domain: ${id}.`);
    return domain;
  }

  async create(fields: Omit<Domain, 'id'>, id = newId()): Promise<Domain> {
    const domain = { ...fields, id };
    await this.repository.insert(domain);
    return domain;
  }

  async update(id: string, change: DomainChange): Promise<Domain> {
    const before = await this.show(id);
    const after = {
      id,
      name: change.name ?? before.name,
      description: change.description ?? before.description,
      enabled: change.enabled ?? before.enabled,
    };
    await this.transactions.run(async (tx) => {
      await this.repository.update(tx, after);
      if (before.enabled && !after.enabled) await this.revokeMembers(tx, id);
    });
    return after;
  }

  async delete(id: string): Promise<void> {
    const domain = await this.show(id);
    if (domain.enabled) {
      throw new Forbidden('Cannot delete a domain that is enabled, please disable it first.');
    }
    await this.transactions.run(async (tx) => {
      await this.revokeMembers(tx, id);
      await this.repository.delete(tx, id);
    });
  }

  private async revokeMembers(tx: Parameters<DomainsRepository['members']>[0], id: string): Promise<void> {
    const { userIds, projectIds } = await this.repository.members(tx, id);
    const revocations: NewRevocation[] = [
      ...userIds.map((userId) => ({ userId })),
      ...projectIds.map((projectId) => ({ projectId })),
    ];
    await this.revocations.revoke(tx, ...revocations);
  }
}
