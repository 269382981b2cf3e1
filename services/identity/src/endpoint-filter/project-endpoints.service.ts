import { Injectable } from '@nestjs/common';
import { NotFound } from '@ocx/service-kit/errors';
import type { Endpoint } from '../catalog/catalog.js';
import { CatalogService } from '../catalog/catalog.service.js';
import type { Project } from '../projects/project.js';
import { ProjectsService } from '../projects/projects.service.js';
import { EndpointFilterRepository } from './endpoint-filter.repository.js';

/** Which endpoints a project is given one by one. */
@Injectable()
export class ProjectEndpointsService {
  constructor(
    private readonly repository: EndpointFilterRepository,
    private readonly catalog: CatalogService,
    private readonly projects: ProjectsService,
  ) {}

  /** Those of its endpoint groups too. */
  async listEndpoints(projectId: string): Promise<Endpoint[]> {
    await this.projects.show(projectId);
    return this.repository.endpointsOfProject(projectId);
  }

  async listProjects(endpointId: string): Promise<Project[]> {
    await this.catalog.showEndpoint(endpointId);
    const ids = await this.repository.projectIdsOfEndpoint(endpointId);
    return Promise.all(ids.map((projectId) => this.projects.show(projectId)));
  }

  async add(projectId: string, endpointId: string): Promise<void> {
    await this.checkReferences(projectId, endpointId);
    await this.repository.addEndpoint(projectId, endpointId);
  }

  async check(projectId: string, endpointId: string): Promise<void> {
    await this.checkReferences(projectId, endpointId);
    if (!(await this.repository.hasEndpoint(projectId, endpointId))) throw this.missing(projectId, endpointId);
  }

  async remove(projectId: string, endpointId: string): Promise<void> {
    await this.checkReferences(projectId, endpointId);
    if (!(await this.repository.removeEndpoint(projectId, endpointId))) throw this.missing(projectId, endpointId);
  }

  private async checkReferences(projectId: string, endpointId: string): Promise<void> {
    await this.projects.show(projectId);
    await this.catalog.showEndpoint(endpointId);
  }

  private missing(projectId: string, endpointId: string): NotFound {
    return new NotFound(`Endpoint ${endpointId} not found in project ${projectId}.`);
  }
}
