import { Body, Controller, Delete, Get, Head, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import {
  CreateRole,
  InferenceAnswer,
  InferenceList,
  InferencesAnswer,
  RoleAnswer,
  RoleList,
  RoleQuery,
  UpdateRole,
} from '@ocx/openstack-api/identity/roles';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { textMatches } from '../database/text-match.js';
import { anyUser, cloudAdmin, systemReads } from '../policies/identity.policy.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks, pageRequest, truncated } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import type { Role } from './role.js';
import { inferencesView, inferenceView, roleView } from './role.view.js';
import { RolesService } from './roles.service.js';

@Controller('v3')
export class RolesController {
  constructor(
    private readonly roles: RolesService,
    private readonly settings: IdentitySettings,
  ) {}

  /** Any user: names of roles are no secret, and a client looks them up to delegate one of its own. */
  @Get('roles')
  @Policy(anyUser)
  @Operation({ query: RoleQuery, answers: { 200: RoleList } })
  async list(@Query() query: unknown, @RequestPath() path: string) {
    const filter = parse(RoleQuery, query);
    const { items, next } = await this.roles.list(
      { name: textMatches(filter, 'name'), domainId: filter.domain_id },
      pageRequest(filter),
    );
    return {
      roles: items.map((role) => roleView(role, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path, next),
      ...truncated(next),
    };
  }

  @Post('roles')
  @Policy(cloudAdmin)
  @Operation({ body: CreateRole, answers: { 201: RoleAnswer }, errors: [404, 409] })
  async create(@Body() body: unknown) {
    const { role } = parse(CreateRole, body);
    const created = await this.roles.create({ ...role, domainId: role.domain_id });
    return { role: roleView(created, this.settings.base) };
  }

  @Get('roles/:role_id')
  @Policy(anyUser)
  @Operation({ answers: { 200: RoleAnswer } })
  async show(@Param('role_id') id: string) {
    return { role: roleView(await this.roles.show(id), this.settings.base) };
  }

  @Patch('roles/:role_id')
  @Policy(cloudAdmin)
  @Operation({ body: UpdateRole, answers: { 200: RoleAnswer }, errors: [409] })
  async update(@Param('role_id') id: string, @Body() body: unknown) {
    const { role } = parse(UpdateRole, body);
    const updated = await this.roles.update(id, { ...role, domainId: role.domain_id });
    return { role: roleView(updated, this.settings.base) };
  }

  @Delete('roles/:role_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async delete(@Param('role_id') id: string): Promise<void> {
    await this.roles.delete(id);
  }

  @Get('role_inferences')
  @Policy(systemReads)
  @Operation({ answers: { 200: InferenceList } })
  async listInferences(@RequestPath() path: string) {
    const implications = await this.roles.implications();
    const roles = await this.roles.findByIds(implications.flatMap((i) => [i.priorRoleId, i.impliedRoleId]));
    const byId = new Map<string, Role>(roles.map((role) => [role.id, role]));
    return {
      role_inferences: inferencesView(implications, byId, this.settings.base),
      links: collectionLinks(this.settings.publicUrl + path),
    };
  }

  @Get('roles/:prior_role_id/implies')
  @Policy(systemReads)
  @Operation({ answers: { 200: InferencesAnswer } })
  async listImplied(@Param('prior_role_id') priorId: string, @RequestPath() path: string) {
    const prior = await this.roles.show(priorId);
    const implications = (await this.roles.implications()).filter((i) => i.priorRoleId === priorId);
    const roles = await this.roles.findByIds(implications.map((i) => i.impliedRoleId));
    const byId = new Map([prior, ...roles].map((role) => [role.id, role]));
    const [inference] = inferencesView(implications, byId, this.settings.base);
    return {
      role_inference: inference ?? inferencesViewOfNothing(prior, this.settings.base),
      links: collectionLinks(this.settings.publicUrl + path),
    };
  }

  @Put('roles/:prior_role_id/implies/:implied_role_id')
  @HttpCode(201)
  @Policy(cloudAdmin)
  @Operation({ answers: { 201: InferenceAnswer }, errors: [409] })
  async imply(@Param('prior_role_id') priorId: string, @Param('implied_role_id') impliedId: string) {
    const [prior, implied] = [await this.roles.show(priorId), await this.roles.show(impliedId)];
    await this.roles.imply(prior, implied);
    return { role_inference: inferenceView(prior, implied, this.settings.base) };
  }

  @Head('roles/:prior_role_id/implies/:implied_role_id')
  @HttpCode(204)
  @Policy(systemReads)
  @Operation({ answers: { 204: {} } })
  async checkImplied(@Param('prior_role_id') priorId: string, @Param('implied_role_id') impliedId: string) {
    await this.roles.checkImplication(await this.roles.show(priorId), await this.roles.show(impliedId));
  }

  @Get('roles/:prior_role_id/implies/:implied_role_id')
  @Policy(systemReads)
  @Operation({ answers: { 200: InferenceAnswer } })
  async showImplied(@Param('prior_role_id') priorId: string, @Param('implied_role_id') impliedId: string) {
    const [prior, implied] = [await this.roles.show(priorId), await this.roles.show(impliedId)];
    await this.roles.checkImplication(prior, implied);
    return { role_inference: inferenceView(prior, implied, this.settings.base) };
  }

  @Delete('roles/:prior_role_id/implies/:implied_role_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async removeImplied(@Param('prior_role_id') priorRoleId: string, @Param('implied_role_id') impliedRoleId: string) {
    await this.roles.removeImplication({ priorRoleId, impliedRoleId });
  }
}

const inferencesViewOfNothing = (prior: Role, base: string) => ({
  prior_role: { id: prior.id, name: prior.name, links: { self: `${base}/roles/${prior.id}` } },
  implies: [],
});
