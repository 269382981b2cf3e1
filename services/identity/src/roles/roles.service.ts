import { Injectable } from '@nestjs/common';
import { Forbidden, InvalidInput, NotFound } from '@ocx/service-kit/errors';
import { Transactions } from '../database/transactions.js';
import { RevocationsService } from '../revocations/revocations.service.js';
import type { Page, PageRequest } from '../wire/collection.js';
import { newId } from '../wire/id.js';
import { DomainsService } from '../domains/domains.service.js';
import { ADMIN_ROLE, type Role } from './role.js';
import { type Implication, type RoleFilter, RolesRepository } from './roles.repository.js';

@Injectable()
export class RolesService {
  constructor(
    private readonly repository: RolesRepository,
    private readonly domains: DomainsService,
    private readonly revocations: RevocationsService,
    private readonly transactions: Transactions,
  ) {}

  list(filter: RoleFilter, page: PageRequest): Promise<Page<Role>> {
    return this.repository.list(filter, page);
  }

  findByName(name: string): Promise<Role | null> {
    return this.repository.findByName(name);
  }

  findByIds(ids: readonly string[]): Promise<Role[]> {
    return this.repository.findByIds(ids);
  }

  async show(id: string): Promise<Role> {
    const role = await this.repository.find(id);
    if (!role) throw new NotFound(`Could not find role: ${id}.`);
    return role;
  }

  async create(fields: {
    name: string;
    domainId?: string | null | undefined;
    description?: string | null | undefined;
  }): Promise<Role> {
    const domainId = fields.domainId ?? null;
    if (domainId !== null) await this.domains.show(domainId);
    const role = { id: newId(), name: fields.name, domainId, description: fields.description ?? null };
    await this.repository.save(role, false);
    return role;
  }

  async update(
    id: string,
    change: {
      name?: string | undefined;
      domainId?: string | null | undefined;
      description?: string | null | undefined;
    },
  ) {
    const before = await this.show(id);
    if (change.domainId !== undefined && change.domainId !== before.domainId) {
      throw new InvalidInput('Update of `domain_id` is not allowed.');
    }
    const after: Role = {
      ...before,
      name: change.name ?? before.name,
      description: change.description === undefined ? before.description : change.description,
    };
    await this.transactions.run(async (tx) => {
      await this.repository.save(after, true);
      // Tokens carry role names.
      if (after.name !== before.name) await this.revokeHolders(tx, id);
    });
    return after;
  }

  async delete(id: string): Promise<void> {
    await this.show(id);
    await this.transactions.run(async (tx) => {
      await this.revokeHolders(tx, id);
      await this.repository.delete(tx, id);
    });
  }

  async checkImplication(prior: Role, implied: Role): Promise<void> {
    if (await this.repository.findImplication({ priorRoleId: prior.id, impliedRoleId: implied.id })) return;
    throw new NotFound(`${prior.id} does not imply ${implied.id}.`);
  }

  implications(): Promise<Implication[]> {
    return this.repository.implications();
  }

  async imply(prior: Role, implied: Role): Promise<void> {
    if (prior.id === implied.id) throw new InvalidInput('A role cannot imply itself.');
    // Nobody becomes the operator by a rule, and what a domain made says nothing about all the others.
    if (implied.name === ADMIN_ROLE || (prior.domainId === null && implied.domainId !== null)) {
      throw new Forbidden(`${implied.id} cannot be an implied roles`);
    }
    await this.repository.imply({ priorRoleId: prior.id, impliedRoleId: implied.id });
  }

  async removeImplication(implication: Implication): Promise<void> {
    await this.transactions.run(async (tx) => {
      await this.revokeHolders(tx, implication.priorRoleId);
      if (await this.repository.removeImplication(tx, implication)) return;
      throw new NotFound(`${implication.priorRoleId} does not imply ${implication.impliedRoleId}.`);
    });
  }

  private async revokeHolders(tx: Parameters<RolesRepository['holders']>[0], roleId: string): Promise<void> {
    const holders = await this.repository.holders(tx, roleId);
    await this.revocations.revoke(tx, ...holders.map((userId) => ({ userId })));
  }
}
