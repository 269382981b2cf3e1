import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { Policy, Public } from '@ocx/service-kit/auth';
import { parse } from '@ocx/service-kit/validation';
import { cloudAdmin, cloudAdminOrSelf } from '../policies/identity.policy.js';
import { projectView } from '../projects/project.view.js';
import { ProjectsService } from '../projects/projects.service.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks, pageRequest, truncated } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { ChangePassword, CreateUser, UpdateUser, UserQuery } from './user.schema.js';
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
  @Policy(cloudAdmin)
  async list(@Query() query: unknown, @RequestPath() path: string) {
    const filter = parse(UserQuery, query);
    const { items, next } = await this.users.list(
      { name: filter.name, enabled: filter.enabled, domainId: filter.domain_id, identityProviderId: filter.idp_id },
      pageRequest(filter),
    );
    return {
      users: items.map((user) => userView(user, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path, next),
      ...truncated(next),
    };
  }

  @Post()
  @Policy(cloudAdmin)
  async create(@Body({ schema: CreateUser }) body: unknown) {
    const { user } = parse(CreateUser, body);
    const created = await this.users.create({
      ...user,
      domainId: user.domain_id,
      defaultProjectId: user.default_project_id,
    });
    return { user: userView(created, this.settings.base) };
  }

  @Get(':user_id')
  @Policy(cloudAdminOrSelf)
  async show(@Param('user_id') id: string) {
    return { user: userView(await this.users.show(id), this.settings.base) };
  }

  @Patch(':user_id')
  @Policy(cloudAdmin)
  async update(@Param('user_id') id: string, @Body({ schema: UpdateUser }) body: unknown) {
    const { user } = parse(UpdateUser, body);
    const updated = await this.users.update(id, { ...user, defaultProjectId: user.default_project_id });
    return { user: userView(updated, this.settings.base) };
  }

  @Delete(':user_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  async delete(@Param('user_id') id: string): Promise<void> {
    await this.users.delete(id);
  }

  /** Public as in Keystone: the original password is the proof. */
  @Post(':user_id/password')
  @HttpCode(204)
  @Public()
  async changePassword(@Param('user_id') id: string, @Body({ schema: ChangePassword }) body: unknown): Promise<void> {
    const { user } = parse(ChangePassword, body);
    await this.users.changePassword(id, user.original_password, user.password);
  }

  @Get(':user_id/projects')
  @Policy(cloudAdminOrSelf)
  async listProjects(@Param('user_id') id: string, @RequestPath() path: string) {
    await this.users.show(id);
    const projects = await this.projects.listOfUser(id);
    return {
      projects: projects.map((project) => projectView(project, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path),
    };
  }
}
