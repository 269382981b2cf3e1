import { Injectable } from '@nestjs/common';
import { Forbidden } from '@ocx/service-kit/errors';
import { ProjectsService } from '../projects/projects.service.js';
import { RoleAssignmentsService } from '../role-assignments/role-assignments.service.js';
import type { Role } from '../roles/role.js';
import { EC2_METHOD } from '../tokens/exchange-tokens.js';
import type { Scope } from '../tokens/scope.js';
import type { Trust } from '../trusts/trust.js';
import { TrustsService } from '../trusts/trusts.service.js';
import type { UserWithDomain } from '../users/user.js';
import { UsersService } from '../users/users.service.js';
import { type Authentication, refused, usable } from './authentication.js';

/** What a trust makes of a login. */
export interface TrustScope {
  readonly scope: Scope;
  readonly roles: readonly Role[];
  readonly trust: Trust;
  /** In whose name the token acts. */
  readonly user: UserWithDomain;
}

/** A token under a trust: the trustor's roles, as long as the trustor has them. */
@Injectable()
export class TrustScopes {
  constructor(
    private readonly trusts: TrustsService,
    private readonly users: UsersService,
    private readonly projects: ProjectsService,
    private readonly assignments: RoleAssignmentsService,
  ) {}

  /** Whoever gets a token for it must count that as a use. */
  async resolve(who: Authentication, trustId: string): Promise<TrustScope> {
    // A delegation does not open another.
    if (who.applicationCredential ?? who.accessToken) throw refused();
    const trust = await this.trusts.find(trustId);
    if (!trust) throw refused();
    if (!this.mayUse(who, trust)) throw new Forbidden('User is not a trustee.');
    const [rootId, trustor, trustee] = [
      await this.trusts.rootTrustorId(trust),
      await this.users.find(trust.trustorUserId),
      await this.users.find(trust.trusteeUserId),
    ];
    if (!usable(trustor) || !usable(await this.users.find(rootId))) throw new Forbidden('Trustor is disabled.');
    const user = usable(trust.impersonation ? trustor : trustee);
    if (!user || !usable(trustee)) throw refused();
    const scope = await this.scopeOf(trust);
    const roles = await this.rolesOf(trust, rootId);
    return { scope, roles, trust, user };
  }

  /** A key that was made with the trust's own impersonating token is the trustor's by name. */
  private mayUse({ user, methods }: Authentication, trust: Trust): boolean {
    if (user.id === trust.trusteeUserId) return true;
    return methods.includes(EC2_METHOD) && trust.impersonation && user.id === trust.trustorUserId;
  }

  private async scopeOf({ projectId }: Trust): Promise<Scope> {
    if (projectId === null) return { type: 'unscoped' };
    const project = await this.projects.findScoped(projectId);
    if (!project?.enabled || !project.domainEnabled) throw refused();
    return { type: 'project', project };
  }

  private async rolesOf(trust: Trust, rootId: string): Promise<readonly Role[]> {
    if (trust.projectId === null) return [];
    const held = await this.assignments.effectiveRoles(rootId, { type: 'project', id: trust.projectId });
    const all = trust.roles.every((role) => held.some(({ id }) => id === role.id));
    if (!all || trust.roles.length === 0) throw new Forbidden('Trustee has no delegated roles.');
    return trust.roles;
  }
}
