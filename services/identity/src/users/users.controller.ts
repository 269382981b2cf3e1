import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ChangePassword,
  CreateUser,
  UpdateUser,
  UserAnswer,
  UserList,
  UserQuery,
} from '@ocx/openstack-api/identity/users';
import { ProjectList, ProjectsOfUserQuery } from '@ocx/openstack-api/identity/projects';
import { Policy, Public } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { textMatches } from '../database/text-match.js';
import { domainReads, domainReadsOrSelf, domainWrites } from '../policies/identity.policy.js';
import { projectView } from '../projects/project.view.js';
import { ProjectsService } from '../projects/projects.service.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks, pageRequest, pageView, truncated } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { extraOf } from './user-extra.js';
import { userView } from './user.view.js';
import { UsersService } from './users.service.js';

@Controller('v3/users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly projects: ProjectsService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get()
  @Policy(domainReads)
  @Operation({ query: UserQuery, answers: { 200: UserList } })
  async list(@Query() query: unknown, @RequestPath() path: string) {
    const filter = parse(UserQuery, query);
    const { items, next } = await this.users.list(
      {
        name: textMatches(filter, 'name'),
        enabled: filter.enabled,
        domainId: filter.domain_id,
        identityProviderId: filter.idp_id,
        protocolId: filter.protocol_id,
        uniqueId: filter.unique_id,
        passwordExpires: filter.password_expires_at,
      },
      pageRequest(filter),
    );
    return {
      users: items.map((user) => userView(user, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path, next),
      ...truncated(next),
    };
  }

  @Post()
  @Policy(domainWrites)
  @Operation({ body: CreateUser, answers: { 201: UserAnswer }, errors: [404, 409] })
  async create(@Body() body: unknown) {
    const { user } = parse(CreateUser, body);
    const created = await this.users.create({
      ...user,
      domainId: user.domain_id,
      defaultProjectId: user.default_project_id,
      extra: extraOf(user),
    });
    return { user: userView(created, this.settings.base) };
  }

  @Get(':user_id')
  @Policy(domainReadsOrSelf)
  @Operation({ answers: { 200: UserAnswer } })
  async show(@Param('user_id') id: string) {
    return { user: userView(await this.users.show(id), this.settings.base) };
  }

  @Patch(':user_id')
  @Policy(domainWrites)
  @Operation({ body: UpdateUser, answers: { 200: UserAnswer }, errors: [409] })
  async update(@Param('user_id') id: string, @Body() body: unknown) {
    const { user } = parse(UpdateUser, body);
    const updated = await this.users.update(id, {
      ...user,
      domainId: user.domain_id,
      defaultProjectId: user.default_project_id,
      extra: extraOf(user),
    });
    return { user: userView(updated, this.settings.base) };
  }

  @Delete(':user_id')
  @HttpCode(204)
  @Policy(domainWrites)
  @Operation({ answers: { 204: {} } })
  async delete(@Param('user_id') id: string): Promise<void> {
    await this.users.delete(id);
  }

  /** Public as in Keystone: the original password is the proof. */
  @Post(':user_id/password')
  @HttpCode(204)
  @Public()
  @Operation({ body: ChangePassword, answers: { 204: {} }, errors: [401] })
  async changePassword(@Param('user_id') id: string, @Body() body: unknown): Promise<void> {
    const { user } = parse(ChangePassword, body);
    await this.users.changePassword(id, user.original_password, user.password);
  }

  @Get(':user_id/projects')
  @Policy(domainReadsOrSelf)
  @Operation({ query: ProjectsOfUserQuery, answers: { 200: ProjectList } })
  async listProjects(@Param('user_id') id: string, @Query() query: unknown, @RequestPath() path: string) {
    const asked = parse(ProjectsOfUserQuery, query);
    await this.users.show(id);
    const projects = (await this.projects.listOfUser(id)).filter(
      ({ name, enabled, domainId }) =>
        (asked.name ?? name) === name &&
        (asked.enabled ?? enabled) === enabled &&
        (asked.domain_id ?? domainId) === domainId,
    );
    const views = projects.map((project) => projectView(project, this.settings.base));
    return pageView('projects', views, asked, this.settings.publicUrl + path);
  }
}
