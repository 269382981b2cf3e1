import { Injectable } from '@nestjs/common';
import { Forbidden, Unauthenticated } from '@ocx/service-kit/errors';
import { RoleAssignmentsService } from '../../role-assignments/role-assignments.service.js';
import { ADMIN_ROLE } from '../../roles/role.js';
import { RolesService } from '../../roles/roles.service.js';
import { IdentitySettings } from '../../settings/identity.config.js';
import type { UserWithDomain } from '../../users/user.js';
import { UsersService } from '../../users/users.service.js';
import type { IdentityProvider } from '../identity-providers/identity-provider.js';
import type { MappedIdentity } from '../mappings/mapping-engine.js';
import { foreign, ProviderDomain } from './provider-domain.js';

/** Users who were there before, and for whom a mapping (`type: local`) lets the provider vouch. */
@Injectable()
export class LocalUsers {
  constructor(
    private readonly users: UsersService,
    private readonly roles: RolesService,
    private readonly assignments: RoleAssignmentsService,
    private readonly domain: ProviderDomain,
    private readonly settings: IdentitySettings,
  ) {}

  /**
   * The user of the provider's domain whom the mapping names by id or name. Throws {@link Unauthenticated} when there
   * is none, and {@link Forbidden} for a user of another domain or provider, and for an operator.
   */
  async find(provider: IdentityProvider, { id, name, domain }: MappedIdentity['user']): Promise<UserWithDomain> {
    await this.domain.check(provider, domain);
    const user =
      id === undefined ? await this.users.findByName(name ?? '', { id: provider.domainId }) : await this.users.find(id);
    if (!user) throw new Unauthenticated('The request you have made requires authentication.');
    const isOthers = user.identityProviderId !== null && user.identityProviderId !== provider.id;
    if (isOthers || user.domainId !== provider.domainId) throw foreign();
    if (await this.isOperator(user.id)) throw new Forbidden('A mapping does not make operators.');
    return user;
  }

  private async isOperator(userId: string): Promise<boolean> {
    const admin = await this.roles.findByName(ADMIN_ROLE);
    if (!admin) return false;
    const held = await this.assignments.list({ userId, roleId: admin.id, effective: true });
    return held.some(({ projectName: name, targetDomainId: domainId, system }) => {
      if (system) return true;
      return name !== null && domainId !== null && this.settings.isAdminProject({ name, domainId });
    });
  }
}
