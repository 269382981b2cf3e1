import { Injectable } from '@nestjs/common';
import { DEFAULT_DOMAIN_ID } from '../domains/domain.js';
import { ProjectsService } from '../projects/projects.service.js';
import { RoleAssignmentsService } from '../role-assignments/role-assignments.service.js';
import { ADMIN_ROLE } from '../roles/role.js';
import { RolesService } from '../roles/roles.service.js';
import { ADMIN_PROJECT_NAME, IdentitySettings } from '../settings/identity.config.js';
import { UsersService } from '../users/users.service.js';
import { firstPage } from '../wire/collection.js';
import { passwordInFile, passwordOnce } from './admin-password.js';

const ADMIN_USER_NAME = 'admin';

/** The operator's first account, with a generated password: there is no default one. */
@Injectable()
export class FirstAdministrator {
  constructor(
    private readonly users: UsersService,
    private readonly projects: ProjectsService,
    private readonly roles: RolesService,
    private readonly assignments: RoleAssignmentsService,
    private readonly settings: IdentitySettings,
  ) {}

  /** Only where nobody is: an operator who renamed or removed `admin` does not get it back. */
  async ensure(): Promise<void> {
    const { items: anybody } = await this.users.list({}, firstPage(2));
    const only = anybody.length === 1 ? anybody[0] : undefined;
    if (anybody.length > 1 || (only && only.name !== ADMIN_USER_NAME)) return;
    const domain = { id: DEFAULT_DOMAIN_ID };
    const project =
      (await this.projects.findScopedByName(ADMIN_PROJECT_NAME, domain)) ??
      (await this.projects.create({ name: ADMIN_PROJECT_NAME, description: 'The operator’s project' }));
    const user = only ?? (await this.create(project.id));
    const role = await this.roles.findByName(ADMIN_ROLE);
    if (!role) throw new Error('The role admin is missing.');
    const actor = { type: 'user' as const, id: user.id };
    await this.assignments.grant({ roleId: role.id, actor, target: { type: 'project', id: project.id } });
    await this.assignments.grant({ roleId: role.id, actor, target: { type: 'system' } });
  }

  private async create(projectId: string) {
    const file = this.settings.config.OCX_BOOTSTRAP_ADMIN_PASSWORD_FILE;
    const password = file === undefined ? passwordOnce() : await passwordInFile(file);
    return this.users.create({ name: ADMIN_USER_NAME, password, defaultProjectId: projectId }, true);
  }
}
