import { Injectable } from '@nestjs/common';
import { InvalidInput } from '@ocx/service-kit/errors';
import type { Domain } from '../domains/domain.js';
import type { DomainFilter } from '../domains/domains.repository.js';
import { DomainsService } from '../domains/domains.service.js';
import type { Page, PageRequest } from '../wire/collection.js';

export interface DomainProjectFields {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly enabled: boolean;
  readonly tags: readonly string[];
}

export interface DomainProjectChange {
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly enabled?: boolean | undefined;
  readonly isDomain?: boolean | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** Domains, where the project API is used on them: to Keystone each is the project at the root of its others. */
@Injectable()
export class DomainProjectsService {
  constructor(private readonly domains: DomainsService) {}

  list(filter: DomainFilter, page: PageRequest): Promise<Page<Domain>> {
    return this.domains.list(filter, page);
  }

  find(id: string): Promise<Domain | null> {
    return this.domains.find(id);
  }

  create(
    fields: DomainProjectFields,
    place: { domainId?: string | null | undefined; parentId?: string | null | undefined },
  ): Promise<Domain> {
    if (place.domainId != null || place.parentId != null) {
      throw new InvalidInput('only root projects are allowed to act as domains.');
    }
    this.refuseTags(fields.tags);
    return this.domains.create({
      name: fields.name,
      description: fields.description ?? '',
      enabled: fields.enabled,
    });
  }

  /** Undefined when there is no such domain, so that it is a project or nothing. */
  async update(id: string, { isDomain, tags, ...change }: DomainProjectChange): Promise<Domain | undefined> {
    const domain = await this.domains.find(id);
    if (isDomain !== undefined && isDomain !== (domain !== null)) {
      throw new InvalidInput('Update of `is_domain` is not allowed.');
    }
    if (!domain) return undefined;
    this.refuseTags(tags ?? []);
    return this.domains.update(id, { ...change, description: change.description ?? undefined });
  }

  /** False when there is no such domain. */
  async delete(id: string): Promise<boolean> {
    if (!(await this.domains.find(id))) return false;
    await this.domains.delete(id);
    return true;
  }

  /** Keystone would keep them, but shows them nowhere else; a tag that vanishes is worse than a refusal. */
  private refuseTags(tags: readonly string[]): void {
    if (tags.length > 0) throw new InvalidInput('A domain has no tags.');
  }
}
