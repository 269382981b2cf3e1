import { Injectable } from '@nestjs/common';
import { Conflict, Forbidden } from '@ocx/service-kit/errors';
import type { EntityManager } from 'typeorm';
import { ProjectsService } from '../../projects/projects.service.js';
import { RoleAssignmentsService } from '../../role-assignments/role-assignments.service.js';
import { ADMIN_ROLE } from '../../roles/role.js';
import { RolesService } from '../../roles/roles.service.js';
import { IdentitySettings } from '../../settings/identity.config.js';
import type { IdentityProvider } from '../identity-providers/identity-provider.js';
import type { MappedIdentity } from '../mappings/mapping-engine.js';
import { ProviderDomain } from './provider-domain.js';

/** A role on a project, both known by id. */
export interface ProjectRole {
  readonly projectId: string;
  readonly roleId: string;
}

/** Projects that the mapping gives, made at the first login of somebody whom it gives one. */
@Injectable()
export class FederatedProjects {
  constructor(
    private readonly domain: ProviderDomain,
    private readonly projects: ProjectsService,
    private readonly roles: RolesService,
    private readonly assignments: RoleAssignmentsService,
    private readonly settings: IdentitySettings,
  ) {}

  /**
   * The roles that the mapping gives, on projects that exist once this returns. Before the transaction of the login:
   * what is looked up inside one would take a second connection, and logins at once would wait for each other's.
   */
  async prepare(provider: IdentityProvider, wanted: MappedIdentity['projects']): Promise<ProjectRole[]> {
    const given: ProjectRole[] = [];
    for (const { name, roles, domain } of wanted) {
      await this.domain.check(provider, domain);
      const projectId = await this.ensureProject(name, provider.domainId);
      const isOperators = this.settings.isAdminProject({ name, domainId: provider.domainId });
      for (const roleName of roles) {
        if (isOperators && roleName === ADMIN_ROLE) throw new Forbidden('A mapping does not make operators.');
        const role = await this.roles.findByName(roleName);
        if (!role) throw new Forbidden(`The mapping names a role that does not exist: ${roleName}.`);
        given.push({ projectId, roleId: role.id });
      }
    }
    return given;
  }

  async grant(tx: EntityManager, userId: string, given: readonly ProjectRole[]): Promise<void> {
    for (const { projectId, roleId } of given) {
      const actor = { type: 'user' as const, id: userId };
      await this.assignments.grantWithin(tx, { roleId, actor, target: { type: 'project', id: projectId } });
    }
  }

  /** Of two first logins at once one makes the project, and both use it. */
  private async ensureProject(name: string, domainId: string): Promise<string> {
    const existing = await this.projects.findScopedByName(name, { id: domainId });
    if (existing) return existing.id;
    try {
      return (await this.projects.create({ name, domainId })).id;
    } catch (error) {
      const made = error instanceof Conflict ? await this.projects.findScopedByName(name, { id: domainId }) : undefined;
      if (!made) throw error;
      return made.id;
    }
  }
}
