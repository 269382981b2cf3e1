import { Controller, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import { AssignmentsQuery, RoleAssignmentList } from '@ocx/openstack-api/identity/role-assignments';
import { RoleList } from '@ocx/openstack-api/identity/roles';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { assignmentReads, domainReads, domainWrites } from '../policies/identity.policy.js';
import { roleView } from '../roles/role.view.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { grantOf } from './role-assignment.schema.js';
import { assignmentView } from './role-assignment.view.js';
import { ASSIGNMENT_LIMIT } from './assignment-queries.js';
import { RoleAssignmentsService } from './role-assignments.service.js';

const GRANTS = [
  'projects/:project_id/users/:user_id/roles',
  'projects/:project_id/groups/:group_id/roles',
  'domains/:domain_id/users/:user_id/roles',
  'domains/:domain_id/groups/:group_id/roles',
  'system/users/:user_id/roles',
  'system/groups/:group_id/roles',
];
const GRANT = GRANTS.map((path) => `${path}/:role_id`);

@Controller('v3')
export class RoleAssignmentsController {
  constructor(
    private readonly assignments: RoleAssignmentsService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get('role_assignments')
  @Policy(assignmentReads)
  @Operation({ query: AssignmentsQuery, answers: { 200: RoleAssignmentList } })
  async list(@Query() query: unknown, @RequestPath() path: string) {
    const filter = parse(AssignmentsQuery, query);
    const inheritedTo = filter['scope.OS-INHERIT:inherited_to'];
    const rows = await this.assignments.list({
      userId: filter['user.id'],
      groupId: filter['group.id'],
      roleId: filter['role.id'],
      projectId: filter['scope.project.id'],
      domainId: filter['scope.domain.id'],
      system: filter['scope.system'] !== undefined,
      subtree: filter.include_subtree ?? false,
      inherited: inheritedTo === undefined ? undefined : inheritedTo === 'projects',
      effective: filter.effective ?? false,
    });
    return {
      role_assignments: rows
        .slice(0, ASSIGNMENT_LIMIT)
        .map((row) => assignmentView(row, filter.include_names ?? false, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path),
      ...(rows.length > ASSIGNMENT_LIMIT ? { truncated: true as const } : {}),
    };
  }

  @Get(GRANTS)
  @Policy(domainReads)
  @Operation({ answers: { 200: RoleList } })
  async listGranted(@Param() params: unknown, @RequestPath() path: string) {
    const roles = await this.assignments.listGranted(grantOf(params));
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
    await this.assignments.grant({ roleId, ...grantOf(params) });
  }

  @Get(GRANT)
  @HttpCode(204)
  @Policy(domainReads)
  @Operation({ answers: { 204: {} } })
  async show(@Param() params: unknown, @Param('role_id') roleId: string): Promise<void> {
    await this.assignments.check({ roleId, ...grantOf(params) });
  }

  @Delete(GRANT)
  @HttpCode(204)
  @Policy(domainWrites)
  @Operation({ answers: { 204: {} } })
  async revoke(@Param() params: unknown, @Param('role_id') roleId: string): Promise<void> {
    await this.assignments.revoke({ roleId, ...grantOf(params) });
  }
}
