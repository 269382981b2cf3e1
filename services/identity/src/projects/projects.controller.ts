import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  CreateProject,
  ProjectAnswer,
  ProjectList,
  ProjectQuery,
  UpdateProject,
} from '@ocx/openstack-api/identity/projects';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { cloudAdmin, cloudAdminOrOwnProject } from '../policies/identity.policy.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks, pageRequest, truncated } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { projectView } from './project.view.js';
import { ProjectsService } from './projects.service.js';

@Controller('v3/projects')
export class ProjectsController {
  constructor(
    private readonly projects: ProjectsService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get()
  @Policy(cloudAdmin)
  @Operation({ query: ProjectQuery, answers: { 200: ProjectList } })
  async list(@Query() query: unknown, @RequestPath() path: string) {
    const filter = parse(ProjectQuery, query);
    const { items, next } = await this.projects.list(
      { name: filter.name, enabled: filter.enabled, domainId: filter.domain_id, parentId: filter.parent_id },
      pageRequest(filter),
    );
    return {
      projects: items.map((project) => projectView(project, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path, next),
      ...truncated(next),
    };
  }

  @Post()
  @Policy(cloudAdmin)
  @Operation({ body: CreateProject, answers: { 201: ProjectAnswer }, errors: [404, 409] })
  async create(@Body() body: unknown) {
    const { project } = parse(CreateProject, body);
    const created = await this.projects.create({
      name: project.name,
      domainId: project.domain_id,
      description: project.description,
      enabled: project.enabled,
      parentId: project.parent_id,
      tags: project.tags,
    });
    return { project: projectView(created, this.settings.base) };
  }

  @Get(':project_id')
  @Policy(cloudAdminOrOwnProject)
  @Operation({ answers: { 200: ProjectAnswer } })
  async show(@Param('project_id') id: string) {
    return { project: projectView(await this.projects.show(id), this.settings.base) };
  }

  @Patch(':project_id')
  @Policy(cloudAdmin)
  @Operation({ body: UpdateProject, answers: { 200: ProjectAnswer }, errors: [409] })
  async update(@Param('project_id') id: string, @Body() body: unknown) {
    const { project } = parse(UpdateProject, body);
    return { project: projectView(await this.projects.update(id, project), this.settings.base) };
  }

  @Delete(':project_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async delete(@Param('project_id') id: string): Promise<void> {
    await this.projects.delete(id);
  }
}
