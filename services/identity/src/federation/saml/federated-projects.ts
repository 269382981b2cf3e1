import { Injectable } from '@nestjs/common';
import { Forbidden } from '@ocx/service-kit/errors';
import type { EntityManager } from 'typeorm';
import { DomainsService } from '../../domains/domains.service.js';
import { ProjectsService } from '../../projects/projects.service.js';
import { RoleAssignmentsService } from '../../role-assignments/role-assignments.service.js';
import { RolesService } from '../../roles/roles.service.js';
import type { IdentityProvider } from '../identity-providers/identity-provider.js';
import type { MappedIdentity } from '../mappings/mapping-engine.js';

/** Projects that the mapping gives, made at the first login of somebody whom it gives one. */
@Injectable()
export class FederatedProjects {
  constructor(
    private readonly domains: DomainsService,
    private readonly projects: ProjectsService,
    private readonly roles: RolesService,
    private readonly assignments: RoleAssignmentsService,
  ) {}

  /** A mapping may name the user's domain, but only the provider's own. */
  async checkDomain(provider: IdentityProvider, reference: MappedIdentity['user']['domain']): Promise<void> {
    if (!reference) return;
    const domain = 'id' in reference ? { id: reference.id } : await this.domains.findByName(reference.name);
    if (domain?.id !== provider.domainId) {
      throw new Forbidden('The mapping names something outside the domain of the identity provider.');
    }
  }

  async grant(
    tx: EntityManager,
    provider: IdentityProvider,
    userId: string,
    wanted: MappedIdentity['projects'],
  ): Promise<void> {
    for (const { name, roles } of wanted) {
      const domain = { id: provider.domainId };
      const project =
        (await this.projects.findScopedByName(name, domain)) ??
        (await this.projects.create({ name, domainId: provider.domainId }, tx));
      for (const roleName of roles) {
        const role = await this.roles.findByName(roleName);
        if (!role) throw new Forbidden(`The mapping names a role that does not exist: ${roleName}.`);
        await this.assignments.grantWithin(tx, {
          roleId: role.id,
          actor: { type: 'user', id: userId },
          target: { type: 'project', id: project.id },
        });
      }
    }
  }
}
