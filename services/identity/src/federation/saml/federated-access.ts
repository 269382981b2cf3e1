import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Transactions } from '../../database/transactions.js';
import { DEFAULT_DOMAIN_ID } from '../../domains/domain.js';
import { GroupsRepository } from '../../groups/groups.repository.js';
import { ADMIN_PROJECT_NAME } from '../../settings/identity.config.js';
import type { User } from '../../users/user.js';
import { UsersRepository } from '../../users/users.repository.js';
import type { IdentityProvider } from '../identity-providers/identity-provider.js';
import type { MappedIdentity } from '../mappings/mapping-engine.js';
import { FederatedProjects } from './federated-projects.js';
import { foreign, ProviderDomain } from './provider-domain.js';
import { RevocationsService } from '../../revocations/revocations.service.js';

/** Writes what the mapping gave: the user, their groups, their projects. All of it in the provider's own domain. */
@Injectable()
export class FederatedAccess {
  constructor(
    private readonly users: UsersRepository,
    private readonly groups: GroupsRepository,
    private readonly projects: FederatedProjects,
    private readonly revocations: RevocationsService,
    private readonly transactions: Transactions,
    private readonly domain: ProviderDomain,
  ) {}

  async apply(provider: IdentityProvider, user: User, mapped: MappedIdentity): Promise<void> {
    await this.domain.check(provider, mapped.user.domain);
    this.checkProjects(provider, mapped);
    const groupIds = await this.groupIds(provider, mapped);
    const until = provider.authorizationTtl === null ? null : new Date(Date.now() + provider.authorizationTtl * 60_000);
    const given = await this.projects.prepare(provider, mapped.projects);
    await this.transactions.run(async (tx) => {
      await this.users.upsertFederated(tx, user);
      await this.setGroups(tx, user.id, groupIds, until);
      await this.projects.grant(tx, user.id, given);
    });
  }

  /** A group that was withdrawn takes its roles along, so tokens that may carry them end. */
  private async setGroups(tx: EntityManager, userId: string, groupIds: readonly string[], until: Date | null) {
    if (await this.groups.setMapped(tx, userId, groupIds, until)) await this.revocations.revoke(tx, { userId });
  }

  /**
   * Groups by id must be there. Those by name are what the provider calls them, and the ones that nobody made here count
   * for nothing, as in Keystone.
   */
  private async groupIds(provider: IdentityProvider, mapped: MappedIdentity): Promise<string[]> {
    const found: string[] = [];
    for (const id of mapped.groupIds) {
      const group = await this.groups.find(id);
      if (group?.domainId !== provider.domainId) throw foreign();
      found.push(group.id);
    }
    for (const { name, domain } of mapped.groups) {
      await this.domain.check(provider, domain);
      const group = await this.groups.findByName(name, { id: provider.domainId });
      if (group) found.push(group.id);
    }
    return [...new Set(found)];
  }

  /** A provider whose users live in the default domain must not be able to name its way into the operator's project. */
  private checkProjects(provider: IdentityProvider, mapped: MappedIdentity): void {
    const names = mapped.projects.map((project) => project.name);
    if (provider.domainId === DEFAULT_DOMAIN_ID && names.includes(ADMIN_PROJECT_NAME)) throw foreign();
  }
}
