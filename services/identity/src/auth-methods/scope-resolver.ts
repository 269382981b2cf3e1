import { Injectable } from '@nestjs/common';
import { InvalidInput } from '@ocx/service-kit/errors';
import { DomainsService } from '../domains/domains.service.js';
import { ProjectsService } from '../projects/projects.service.js';
import type { ScopedProject } from '../projects/project.js';
import { RoleAssignmentsService } from '../role-assignments/role-assignments.service.js';
import type { AccessToken } from '../oauth-tokens/oauth-token.js';
import type { Role } from '../roles/role.js';
import { type Scope, targetOf } from '../tokens/scope.js';
import type { Trust } from '../trusts/trust.js';
import type { UserWithDomain } from '../users/user.js';
import type { ScopeReference } from '@ocx/openstack-api/identity/auth';
import { type Authentication, refused } from './authentication.js';
import { TrustScopes } from './trust-scope.js';

export interface ResolvedScope {
  readonly scope: Scope;
  readonly roles: readonly Role[];
  /** The trust that gives the roles, and in whose name. */
  readonly trust?: Trust;
  readonly user?: UserWithDomain;
}

const UNSCOPED: ResolvedScope = { scope: { type: 'unscoped' }, roles: [] };

/** What a login may be good for: a scope that exists, is enabled, and on which the user has a role. */
@Injectable()
export class ScopeResolver {
  constructor(
    private readonly projects: ProjectsService,
    private readonly domains: DomainsService,
    private readonly assignments: RoleAssignmentsService,
    private readonly trusts: TrustScopes,
  ) {}

  async resolve(who: Authentication, wanted: ScopeReference | undefined): Promise<ResolvedScope> {
    const trust = wanted && 'OS-TRUST:trust' in wanted ? wanted['OS-TRUST:trust'] : undefined;
    if (trust) return this.trusts.resolve(who, trust.id);
    if (who.applicationCredential) return this.ofCredential(who, wanted);
    // As in Keystone, whatever scope is asked for.
    if (who.accessToken) return this.ofAccessToken(who, who.accessToken);
    if (wanted === undefined) return this.byDefault(who);
    const scope = await this.find(wanted);
    if (scope.type === 'unscoped') return UNSCOPED;
    return this.withRoles(who, scope);
  }

  /** A credential has one project, and of its roles those that its maker still holds. */
  private async ofCredential(who: Authentication, wanted: ScopeReference | undefined): Promise<ResolvedScope> {
    const credential = who.applicationCredential;
    const project = credential && (await this.projects.findScoped(credential.projectId));
    const scope = this.projectScope(project);
    if (!credential) throw refused();
    if (wanted !== undefined) {
      const asked = await this.find(wanted);
      if (asked.type !== 'project' || asked.project.id !== credential.projectId) throw refused();
    }
    const { roles } = await this.withRoles(who, scope);
    const delegated = roles.filter((role) => credential.roles.some(({ id }) => id === role.id));
    if (delegated.length === 0) throw refused();
    return { scope, roles: delegated };
  }

  /** An access token has one project, and of its roles those that its user still holds. */
  private async ofAccessToken(who: Authentication, token: AccessToken): Promise<ResolvedScope> {
    const scope = this.projectScope(await this.projects.findScoped(token.projectId));
    const roles = (await this.withRoles(who, scope)).roles.filter(({ id }) => token.roleIds.includes(id));
    if (roles.length === 0) throw refused();
    return { scope, roles };
  }

  /** Keystone's default project, when the user can still use it; otherwise unscoped. */
  private async byDefault(who: Authentication): Promise<ResolvedScope> {
    if (who.user.defaultProjectId === null || who.user.identityProviderId !== null) return UNSCOPED;
    if (who.methods.includes('token')) return UNSCOPED;
    const project = await this.projects.findScoped(who.user.defaultProjectId);
    if (!project?.enabled || !project.domainEnabled) return UNSCOPED;
    const roles = await this.assignments.effectiveRoles(who.user.id, { type: 'project', id: project.id });
    return roles.length === 0 ? UNSCOPED : { scope: { type: 'project', project }, roles };
  }

  private async find(wanted: ScopeReference): Promise<Scope> {
    if ('unscoped' in wanted && wanted.unscoped) return { type: 'unscoped' };
    if ('system' in wanted && wanted.system) return { type: 'system' };
    if ('project' in wanted && wanted.project) return this.projectScope(await this.findProject(wanted.project));
    if ('domain' in wanted && wanted.domain) {
      const reference = wanted.domain;
      const domain = await ('id' in reference
        ? this.domains.find(reference.id)
        : this.domains.findByName(reference.name));
      if (!domain?.enabled) throw refused();
      return { type: 'domain', domain };
    }
    throw new InvalidInput('Name exactly one scope.');
  }

  private async findProject(reference: {
    id?: string;
    name?: string;
    domain?: { id: string } | { name: string };
  }): Promise<ScopedProject | undefined> {
    if (reference.id !== undefined) return this.projects.findScoped(reference.id);
    if (reference.name === undefined || reference.domain === undefined) {
      throw new InvalidInput('Expecting to find project id, or name and domain.');
    }
    return this.projects.findScopedByName(reference.name, reference.domain);
  }

  private projectScope(project: ScopedProject | undefined): Scope {
    if (!project?.enabled || !project.domainEnabled) throw refused();
    return { type: 'project', project };
  }

  private async withRoles(who: Authentication, scope: Scope): Promise<ResolvedScope> {
    const target = targetOf(scope);
    const roles = target ? await this.assignments.effectiveRoles(who.user.id, target) : [];
    if (roles.length === 0) throw refused();
    return { scope, roles };
  }
}
