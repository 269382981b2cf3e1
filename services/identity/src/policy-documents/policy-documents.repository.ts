import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PolicyDocumentEntity } from './policy-document.entity.js';
import type { PolicyDocument } from './policy-document.js';

// Operators keep a few; the bound only keeps an answer finite.
const LIST_LIMIT = 1000;

@Injectable()
export class PolicyDocumentsRepository {
  constructor(private readonly dataSource: DataSource) {}

  list(filter: { type?: string | undefined }): Promise<PolicyDocument[]> {
    const where = filter.type === undefined ? {} : { type: filter.type };
    return this.dataSource.getRepository(PolicyDocumentEntity).find({ where, order: { id: 'ASC' }, take: LIST_LIMIT });
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
