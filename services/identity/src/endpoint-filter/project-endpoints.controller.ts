import { Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { EndpointList } from '@ocx/openstack-api/identity/catalog';
import { ProjectList } from '@ocx/openstack-api/identity/projects';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { endpointView } from '../catalog/catalog.view.js';
import { cloudAdmin, systemReads } from '../policies/identity.policy.js';
import { projectView } from '../projects/project.view.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { ProjectEndpointsService } from './project-endpoints.service.js';

@Controller('v3/OS-EP-FILTER')
export class ProjectEndpointsController {
  constructor(
    private readonly given: ProjectEndpointsService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get('projects/:project_id/endpoints')
  @Policy(systemReads)
  @Operation({ answers: { 200: EndpointList } })
  async listEndpoints(@Param('project_id') projectId: string, @RequestPath() path: string) {
    const endpoints = await this.given.listEndpoints(projectId);
    return {
      endpoints: endpoints.map((endpoint) => endpointView(endpoint, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path),
    };
  }

  @Get('endpoints/:endpoint_id/projects')
  @Policy(systemReads)
  @Operation({ answers: { 200: ProjectList } })
  async listProjects(@Param('endpoint_id') endpointId: string, @RequestPath() path: string) {
    const projects = await this.given.listProjects(endpointId);
    return {
      projects: projects.map((project) => projectView(project, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path),
    };
  }

  @Put('projects/:project_id/endpoints/:endpoint_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} }, errors: [409] })
  async add(@Param('project_id') projectId: string, @Param('endpoint_id') endpointId: string): Promise<void> {
    await this.given.add(projectId, endpointId);
  }

  @Get('projects/:project_id/endpoints/:endpoint_id')
  @HttpCode(204)
  @Policy(systemReads)
  @Operation({ answers: { 204: {} } })
  async show(@Param('project_id') projectId: string, @Param('endpoint_id') endpointId: string): Promise<void> {
    await this.given.check(projectId, endpointId);
  }

  @Delete('projects/:project_id/endpoints/:endpoint_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async remove(@Param('project_id') projectId: string, @Param('endpoint_id') endpointId: string): Promise<void> {
    await this.given.remove(projectId, endpointId);
  }
}
