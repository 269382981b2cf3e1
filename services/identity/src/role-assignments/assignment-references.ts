import { Injectable } from '@nestjs/common';
import { DomainsService } from '../domains/domains.service.js';
import { GroupsService } from '../groups/groups.service.js';
import { ProjectsService } from '../projects/projects.service.js';
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

  async check(actor: Actor, target: Target, roleId?: string): Promise<void> {
    if (roleId !== undefined) await this.roles.show(roleId);
    await (actor.type === 'user' ? this.users.show(actor.id) : this.groups.show(actor.id));
    if (target.type === 'project') await this.projects.show(target.id);
    if (target.type === 'domain') await this.domains.show(target.id);
  }
}
