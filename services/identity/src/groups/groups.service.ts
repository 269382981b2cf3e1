import { Injectable } from '@nestjs/common';
import { InvalidInput, NotFound } from '@ocx/service-kit/errors';
import { Transactions } from '../database/transactions.js';
import { DEFAULT_DOMAIN_ID } from '../domains/domain.js';
import { DomainsService } from '../domains/domains.service.js';
import { RevocationsService } from '../revocations/revocations.service.js';
import type { User } from '../users/user.js';
import type { UserFilter } from '../users/users.repository.js';
import { UsersService } from '../users/users.service.js';
import type { Page, PageRequest } from '../wire/collection.js';
import { newId } from '../wire/id.js';
import type { Group } from './group.js';
import { type GroupFilter, GroupsRepository } from './groups.repository.js';

@Injectable()
export class GroupsService {
  constructor(
    private readonly repository: GroupsRepository,
    private readonly users: UsersService,
    private readonly domains: DomainsService,
    private readonly revocations: RevocationsService,
    private readonly transactions: Transactions,
  ) {}

  list(filter: GroupFilter, page: PageRequest): Promise<Page<Group>> {
    return this.repository.list(filter, page);
  }

  async listOfUser(userId: string): Promise<Group[]> {
    await this.users.show(userId);
    return this.repository.listOfUser(userId);
  }

  async show(id: string): Promise<Group> {
    const group = await this.repository.find(id);
    if (!group) throw new NotFound(`Could not find group: ${id}.`);
    return group;
  }

  async create(fields: { name: string; domainId?: string | undefined; description: string }): Promise<Group> {
    const domainId = fields.domainId ?? DEFAULT_DOMAIN_ID;
    await this.domains.show(domainId);
    const group = { id: newId(), domainId, name: fields.name, description: fields.description };
    await this.repository.save(group, false);
    return group;
  }

  async update(
    id: string,
    change: { name?: string | undefined; description?: string | undefined; domainId?: string | undefined },
  ): Promise<Group> {
    const before = await this.show(id);
    if (change.domainId !== undefined && change.domainId !== before.domainId) {
      throw new InvalidInput('Cannot change Domain ID');
    }
    const after = {
      ...before,
      name: change.name ?? before.name,
      description: change.description ?? before.description,
    };
    await this.repository.save(after, true);
    return after;
  }

  /** Its members lose what the group gave them, so their tokens end. */
  async delete(id: string): Promise<void> {
    await this.show(id);
    const members = await this.repository.memberIds(id);
    await this.transactions.run(async (tx) => {
      await this.revocations.revoke(tx, ...members.map((userId) => ({ userId })));
      await this.repository.delete(tx, id);
    });
  }

  async listMembers(id: string, filter: UserFilter, page: PageRequest): Promise<Page<User>> {
    await this.show(id);
    return this.users.list({ ...filter, groupId: id }, page);
  }

  async checkMember(id: string, userId: string): Promise<void> {
    await this.show(id);
    await this.users.show(userId);
    const isMember = (await this.repository.memberIds(id)).includes(userId);
    if (!isMember) throw new NotFound(`User ${userId} is not found in group ${id}.`);
  }

  async addMember(id: string, userId: string): Promise<void> {
    await this.show(id);
    await this.users.show(userId);
    await this.repository.addMember(userId, id);
  }

  async removeMember(id: string, userId: string): Promise<void> {
    await this.show(id);
    await this.transactions.run(async (tx) => {
      if (!(await this.repository.removeMember(tx, userId, id))) {
        throw new NotFound(`User ${userId} is not found in group ${id}.`);
      }
      await this.revocations.revoke(tx, { userId });
    });
  }
}
