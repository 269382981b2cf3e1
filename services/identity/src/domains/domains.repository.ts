import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { isUniqueViolation } from '../database/constraints.js';
import { findPage } from '../database/paging.js';
import { matching, type TextMatch } from '../database/text-match.js';
import type { Page, PageRequest } from '../wire/collection.js';
import { Conflict } from '@ocx/service-kit/errors';
import type { Domain } from './domain.js';
import { DomainEntity } from './domain.entity.js';

export interface DomainFilter {
  readonly name?: readonly TextMatch[];
  readonly enabled?: boolean | undefined;
}

@Injectable()
export class DomainsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(filter: DomainFilter, page: PageRequest): Promise<Page<Domain>> {
    const name = matching(filter.name);
    const where = {
      ...(name === undefined ? {} : { name }),
      ...(filter.enabled === undefined ? {} : { enabled: filter.enabled }),
    };
    return findPage(this.dataSource.getRepository(DomainEntity), where, page);
  }

  find(id: string): Promise<Domain | null> {
    return this.dataSource.getRepository(DomainEntity).findOneBy({ id });
  }

  findByName(name: string): Promise<Domain | null> {
    return this.dataSource.getRepository(DomainEntity).findOneBy({ name });
  }

  async insert(domain: Domain): Promise<void> {
    await this.dataSource
      .getRepository(DomainEntity)
      .insert(domain)
      .catch((error: unknown) => this.refuse(error, domain.name));
  }

  async update(tx: EntityManager, domain: Domain): Promise<void> {
    await tx
      .getRepository(DomainEntity)
      .update({ id: domain.id }, domain)
      .catch((error: unknown) => this.refuse(error, domain.name));
  }

  async delete(tx: EntityManager, id: string): Promise<void> {
    await tx.getRepository(DomainEntity).delete({ id });
  }

  /** Ids of the users and projects whose tokens end with the domain. */
  async members(tx: EntityManager, id: string): Promise<{ userIds: string[]; projectIds: string[] }> {
    const users = await tx.query<{ id: string }[]>('SELECT id FROM users WHERE domain_id = $1', [id]);
    const projects = await tx.query<{ id: string }[]>('SELECT id FROM projects WHERE domain_id = $1', [id]);
    return { userIds: users.map((user) => user.id), projectIds: projects.map((project) => project.id) };
  }

  private refuse(error: unknown, name: string): never {
    if (!isUniqueViolation(error)) throw error;
    throw new Conflict(
      `Conflict occurred attempting to store domain - it is not permitted to have two domains named ${name}.`,
    );
  }
}
