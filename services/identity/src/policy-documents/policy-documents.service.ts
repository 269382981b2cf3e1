import { Injectable } from '@nestjs/common';
import { InvalidInput, NotFound } from '@ocx/service-kit/errors';
import type { Page, PageRequest } from '../wire/collection.js';
import { newId } from '../wire/id.js';
import type { PolicyDocument } from './policy-document.js';
import { PolicyDocumentsRepository } from './policy-documents.repository.js';

@Injectable()
export class PolicyDocumentsService {
  constructor(private readonly repository: PolicyDocumentsRepository) {}

  list(filter: { type?: string | undefined }, page: PageRequest): Promise<Page<PolicyDocument>> {
    return this.repository.list(filter, page);
  }

  async show(id: string): Promise<PolicyDocument> {
    const policy = await this.repository.find(id);
    if (!policy) throw new NotFound(`Could not find policy: ${id}.`);
    return policy;
  }

  async create(fields: Omit<PolicyDocument, 'id'>): Promise<PolicyDocument> {
    const policy = { id: newId(), blob: fields.blob, type: fields.type };
    await this.repository.save(policy);
    return policy;
  }

  async update(id: string, change: { [Field in keyof PolicyDocument]?: string | undefined }): Promise<PolicyDocument> {
    if (change.id !== undefined && change.id !== id) throw new InvalidInput('Cannot change policy ID');
    const before = await this.show(id);
    const after = { id, blob: change.blob ?? before.blob, type: change.type ?? before.type };
    await this.repository.save(after);
    return after;
  }

  async delete(id: string): Promise<void> {
    await this.show(id);
    await this.repository.delete(id);
  }
}
