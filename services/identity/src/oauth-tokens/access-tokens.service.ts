import { Injectable } from '@nestjs/common';
import { NotFound } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { Transactions } from '../database/transactions.js';
import { RevocationsService } from '../revocations/revocations.service.js';
import type { Role } from '../roles/role.js';
import { RolesService } from '../roles/roles.service.js';
import { UsersService } from '../users/users.service.js';
import type { Page, PageRequest } from '../wire/collection.js';
import { checkOwnLogin } from './oauth-delegation.service.js';
import type { AccessToken } from './oauth-token.js';
import { OAuthTokensRepository } from './oauth-tokens.repository.js';

/** What a user has delegated to consumers. */
@Injectable()
export class AccessTokensService {
  constructor(
    private readonly repository: OAuthTokensRepository,
    private readonly users: UsersService,
    private readonly roles: RolesService,
    private readonly revocations: RevocationsService,
    private readonly transactions: Transactions,
  ) {}

  async list(caller: Principal, userId: string, page: PageRequest): Promise<Page<AccessToken>> {
    checkOwnLogin(caller);
    await this.users.show(userId);
    return this.repository.listAccess(userId, page);
  }

  async show(caller: Principal, userId: string, id: string): Promise<AccessToken> {
    checkOwnLogin(caller);
    const token = await this.repository.findAccess(id);
    if (token?.userId !== userId) throw new NotFound(`Could not find access token: ${id}.`);
    return token;
  }

  async listRoles(caller: Principal, userId: string, id: string): Promise<Role[]> {
    return this.roles.findByIds((await this.show(caller, userId, id)).roleIds);
  }

  async showRole(caller: Principal, userId: string, id: string, roleId: string): Promise<Role> {
    const role = (await this.listRoles(caller, userId, id)).find((one) => one.id === roleId);
    if (!role) throw new NotFound(`Could not find role: ${roleId}.`);
    return role;
  }

  /** Ends every token that it gave, too. */
  async delete(caller: Principal, userId: string, id: string): Promise<void> {
    await this.show(caller, userId, id);
    await this.transactions.run(async (tx) => {
      await this.revocations.revoke(tx, { auditId: id });
      await this.repository.deleteAccess(tx, id);
    });
  }
}
