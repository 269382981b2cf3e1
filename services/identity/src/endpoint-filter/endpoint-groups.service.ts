import { Injectable } from '@nestjs/common';
import { NotFound } from '@ocx/service-kit/errors';
import type { Endpoint } from '../catalog/catalog.js';
import type { TextMatch } from '../database/text-match.js';
import type { Project } from '../projects/project.js';
import { ProjectsService } from '../projects/projects.service.js';
import { newId } from '../wire/id.js';
import type { EndpointFilters, EndpointGroup } from './endpoint-group.js';
import { EndpointFilterRepository } from './endpoint-filter.repository.js';

@Injectable()
export class EndpointGroupsService {
  constructor(
    private readonly repository: EndpointFilterRepository,
    private readonly projects: ProjectsService,
  ) {}

  list(filter: { name: readonly TextMatch[] }): Promise<EndpointGroup[]> {
    return this.repository.listGroups(filter);
  }

  async show(id: string): Promise<EndpointGroup> {
    const group = await this.repository.findGroup(id);
    if (!group) throw new NotFound(`Could not find endpoint group: ${id}.`);
    return group;
  }

  /** The service and the region that it names may come later, as landlords do. */
  async create(fields: Omit<EndpointGroup, 'id'>): Promise<EndpointGroup> {
    const group = { ...fields, id: newId() };
    await this.repository.saveGroup(group);
    return group;
  }

  async update(
    id: string,
    change: {
      name?: string | undefined;
      description?: string | null | undefined;
      filters?: EndpointFilters | undefined;
    },
  ): Promise<EndpointGroup> {
    const before = await this.show(id);
    const filters = change.filters ?? before.filters;
    const description = change.description === undefined ? before.description : change.description;
    const group = { id, name: change.name ?? before.name, description, filters };
    await this.repository.saveGroup(group);
    return group;
  }

  async delete(id: string): Promise<void> {
    await this.show(id);
    await this.repository.deleteGroup(id);
  }

  async listEndpoints(id: string): Promise<Endpoint[]> {
    await this.show(id);
    return this.repository.endpointsOfGroup(id);
  }

  async listProjects(id: string): Promise<Project[]> {
    await this.show(id);
    const ids = await this.repository.projectIdsOfGroup(id);
    return Promise.all(ids.map((projectId) => this.projects.show(projectId)));
  }

  async listOfProject(projectId: string): Promise<EndpointGroup[]> {
    await this.projects.show(projectId);
    return this.repository.groupsOfProject(projectId);
  }

  async addToProject(id: string, projectId: string): Promise<void> {
    await this.show(id);
    await this.projects.show(projectId);
    await this.repository.addGroup(projectId, id);
  }

  async checkProject(id: string, projectId: string): Promise<void> {
    await this.show(id);
    await this.projects.show(projectId);
    if (!(await this.repository.hasGroup(projectId, id))) throw this.missing(id, projectId);
  }

  async removeFromProject(id: string, projectId: string): Promise<void> {
    await this.checkProject(id, projectId);
    if (!(await this.repository.removeGroup(projectId, id))) throw this.missing(id, projectId);
  }

  private missing(id: string, projectId: string): NotFound {
    return new NotFound(`Endpoint Group Project Association not found: ${id}, ${projectId}.`);
  }
}
