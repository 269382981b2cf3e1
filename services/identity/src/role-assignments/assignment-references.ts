import { Injectable } from '@nestjs/common';
import { Forbidden, InvalidInput } from '@ocx/service-kit/errors';
import { DomainsService } from '../domains/domains.service.js';
import { GroupsService } from '../groups/groups.service.js';
import { ProjectsService } from '../projects/projects.service.js';
import type { Role } from '../roles/role.js';
import { RolesService } from '../roles/roles.service.js';
import { UsersService } from '../users/users.service.js';
import type { Actor, Target } from './role-assignment.js';

/** Whether everything that an assignment names exists; the first that does not is a 404 with its name. */
@Injectable()
export class AssignmentReferences {
  constructor(
    private readonly users: UsersService,
    private readonly groups: GroupsService,
    private readonly projects: ProjectsService,
    private readonly domains: DomainsService,
    private readonly roles: RolesService,
  ) {}

  async check(actor: Actor, target: Target, roleId?: string): Promise<Role | undefined> {
    const role = roleId === undefined ? undefined : await this.roles.show(roleId);
    await (actor.type === 'user' ? this.users.show(actor.id) : this.groups.show(actor.id));
    if (target.type === 'project') await this.projects.show(target.id);
    if (target.type === 'domain') await this.domains.show(target.id);
    return role;
  }

  /** A role of a domain is given on that domain's projects, not on others' nor on the system. */
  async checkReach(actor: Actor, target: Target, roleId: string): Promise<void> {
    const role = await this.check(actor, target, roleId);
    if (!role || role.domainId === null || target.type === 'domain') return;
    if (target.type === 'system') {
      throw new InvalidInput(
        `Role ${roleId} is a domain-specific role. Unable to use a domain-specific role in a system assignment.`,
      );
    }
    const project = await this.projects.show(target.id);
    if (project.domainId !== role.domainId) {
      throw new Forbidden(`Project ${target.id} must be in the same domain as the role ${roleId} being assigned.`);
    }
  }
}
