import { Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { RoleList } from '@ocx/openstack-api/identity/roles';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { domainReads, domainWrites } from '../policies/identity.policy.js';
import { roleView } from '../roles/role.view.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { grantOf } from './role-assignment.schema.js';
import { RoleAssignmentsService } from './role-assignments.service.js';

const ON_DOMAIN = ['domains/:domain_id/users/:user_id/roles', 'domains/:domain_id/groups/:group_id/roles'];
const ON_PROJECT = ['projects/:project_id/users/:user_id/roles', 'projects/:project_id/groups/:group_id/roles'];
const GRANT = [...ON_DOMAIN, ...ON_PROJECT].map((path) => `${path}/:role_id/inherited_to_projects`);

/** Roles that act on the projects of a domain, or below a project: Keystone's OS-INHERIT. */
@Controller('v3/OS-INHERIT')
export class InheritedGrantsController {
  constructor(
    private readonly assignments: RoleAssignmentsService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get(ON_DOMAIN.map((path) => `${path}/inherited_to_projects`))
  @Policy(domainReads)
  @Operation({ answers: { 200: RoleList } })
  async list(@Param() params: unknown, @RequestPath() path: string) {
    const roles = await this.assignments.listGranted(grantOf(params, true));
    return {
      roles: roles.map((role) => roleView(role, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path),
    };
  }

  @Put(GRANT)
  @HttpCode(204)
  @Policy(domainWrites)
  @Operation({ answers: { 204: {} } })
  async grant(@Param() params: unknown, @Param('role_id') roleId: string): Promise<void> {
    await this.assignments.grant({ roleId, ...grantOf(params, true) });
  }

  @Get(GRANT)
  @HttpCode(204)
  @Policy(domainReads)
  @Operation({ answers: { 204: {} } })
  async show(@Param() params: unknown, @Param('role_id') roleId: string): Promise<void> {
    await this.assignments.check({ roleId, ...grantOf(params, true) });
  }

  @Delete(GRANT)
  @HttpCode(204)
  @Policy(domainWrites)
  @Operation({ answers: { 204: {} } })
  async revoke(@Param() params: unknown, @Param('role_id') roleId: string): Promise<void> {
    await this.assignments.revoke({ roleId, ...grantOf(params, true) });
  }
}
