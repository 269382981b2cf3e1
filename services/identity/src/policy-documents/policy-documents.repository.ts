import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { findPage } from '../database/paging.js';
import type { Page, PageRequest } from '../wire/collection.js';
import { PolicyDocumentEntity } from './policy-document.entity.js';
import type { PolicyDocument } from './policy-document.js';

@Injectable()
export class PolicyDocumentsRepository {
  constructor(private readonly dataSource: DataSource) {}

  list(filter: { type?: string | undefined }, page: PageRequest): Promise<Page<PolicyDocument>> {
    const where = filter.type === undefined ? {} : { type: filter.type };
    return findPage(this.dataSource.getRepository(PolicyDocumentEntity), where, page);
  }

  find(id: string): Promise<PolicyDocument | null> {
    return this.dataSource.getRepository(PolicyDocumentEntity).findOneBy({ id });
  }

  async save(policy: PolicyDocument): Promise<void> {
    await this.dataSource.getRepository(PolicyDocumentEntity).upsert(policy, ['id']);
  }

  async delete(id: string): Promise<void> {
    await this.dataSource.getRepository(PolicyDocumentEntity).delete({ id });
  }
}
