import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { EndpointList } from '@ocx/openstack-api/identity/catalog';
import {
  CreateEndpointGroup,
  EndpointGroupAnswer,
  EndpointGroupList,
  EndpointGroupQuery,
  UpdateEndpointGroup,
} from '@ocx/openstack-api/identity/endpoint-filter';
import { ProjectList } from '@ocx/openstack-api/identity/projects';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { endpointView } from '../catalog/catalog.view.js';
import { textMatches } from '../database/text-match.js';
import { cloudAdmin, systemReads } from '../policies/identity.policy.js';
import { projectView } from '../projects/project.view.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks, pageView } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { endpointGroupView } from './endpoint-group.view.js';
import { EndpointGroupsService } from './endpoint-groups.service.js';

@Controller('v3/OS-EP-FILTER')
export class EndpointGroupsController {
  constructor(
    private readonly groups: EndpointGroupsService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get('endpoint_groups')
  @Policy(systemReads)
  @Operation({ query: EndpointGroupQuery, answers: { 200: EndpointGroupList } })
  async list(@Query() query: unknown, @RequestPath() path: string) {
    const asked = parse(EndpointGroupQuery, query);
    const groups = await this.groups.list({ name: textMatches(asked, 'name') });
    const views = groups.map((group) => endpointGroupView(group, this.settings.base));
    return pageView('endpoint_groups', views, asked, this.settings.publicUrl + path);
  }

  @Post('endpoint_groups')
  @Policy(cloudAdmin)
  @Operation({ body: CreateEndpointGroup, answers: { 201: EndpointGroupAnswer } })
  async create(@Body() body: unknown) {
    const { endpoint_group } = parse(CreateEndpointGroup, body);
    const made = await this.groups.create({ ...endpoint_group, description: endpoint_group.description ?? null });
    return { endpoint_group: endpointGroupView(made, this.settings.base) };
  }

  @Get('endpoint_groups/:endpoint_group_id')
  @Policy(systemReads)
  @Operation({ answers: { 200: EndpointGroupAnswer } })
  async show(@Param('endpoint_group_id') id: string) {
    return { endpoint_group: endpointGroupView(await this.groups.show(id), this.settings.base) };
  }

  @Patch('endpoint_groups/:endpoint_group_id')
  @Policy(cloudAdmin)
  @Operation({ body: UpdateEndpointGroup, answers: { 200: EndpointGroupAnswer } })
  async update(@Param('endpoint_group_id') id: string, @Body() body: unknown) {
    const { endpoint_group } = parse(UpdateEndpointGroup, body);
    return { endpoint_group: endpointGroupView(await this.groups.update(id, endpoint_group), this.settings.base) };
  }

  @Delete('endpoint_groups/:endpoint_group_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async delete(@Param('endpoint_group_id') id: string): Promise<void> {
    await this.groups.delete(id);
  }

  @Get('endpoint_groups/:endpoint_group_id/endpoints')
  @Policy(systemReads)
  @Operation({ answers: { 200: EndpointList } })
  async listEndpoints(@Param('endpoint_group_id') id: string, @RequestPath() path: string) {
    const endpoints = await this.groups.listEndpoints(id);
    return {
      endpoints: endpoints.map((endpoint) => endpointView(endpoint, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path),
    };
  }

  @Get('endpoint_groups/:endpoint_group_id/projects')
  @Policy(systemReads)
  @Operation({ answers: { 200: ProjectList } })
  async listProjects(@Param('endpoint_group_id') id: string, @RequestPath() path: string) {
    const projects = await this.groups.listProjects(id);
    return {
      projects: projects.map((project) => projectView(project, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path),
    };
  }

  @Get('projects/:project_id/endpoint_groups')
  @Policy(systemReads)
  @Operation({ answers: { 200: EndpointGroupList } })
  async listOfProject(@Param('project_id') projectId: string, @RequestPath() path: string) {
    const groups = await this.groups.listOfProject(projectId);
    return {
      endpoint_groups: groups.map((group) => endpointGroupView(group, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path),
    };
  }

  @Put('endpoint_groups/:endpoint_group_id/projects/:project_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} }, errors: [409] })
  async addToProject(@Param('endpoint_group_id') id: string, @Param('project_id') projectId: string): Promise<void> {
    await this.groups.addToProject(id, projectId);
  }

  /** The group itself, as Keystone answers. */
  @Get('endpoint_groups/:endpoint_group_id/projects/:project_id')
  @Policy(systemReads)
  @Operation({ answers: { 200: EndpointGroupAnswer } })
  async showOfProject(@Param('endpoint_group_id') id: string, @Param('project_id') projectId: string) {
    await this.groups.checkProject(id, projectId);
    return { endpoint_group: endpointGroupView(await this.groups.show(id), this.settings.base) };
  }

  @Delete('endpoint_groups/:endpoint_group_id/projects/:project_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async removeFromProject(
    @Param('endpoint_group_id') id: string,
    @Param('project_id') projectId: string,
  ): Promise<void> {
    await this.groups.removeFromProject(id, projectId);
  }
}
