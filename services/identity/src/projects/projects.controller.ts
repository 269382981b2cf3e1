import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  CreateProject,
  HierarchyQuery,
  ProjectAnswer,
  type ProjectInHierarchy,
  ProjectInHierarchyAnswer,
  ProjectList,
  ProjectQuery,
  UpdateProject,
} from '@ocx/openstack-api/identity/projects';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { textMatches } from '../database/text-match.js';
import { domainReads, domainReadsOrOwnProject, domainWrites } from '../policies/identity.policy.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks, pageRequest, truncated } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { DomainProjectsService } from './domain-projects.service.js';
import { ProjectHierarchyService, type Relatives } from './project-hierarchy.service.js';
import { domainAsProjectView, projectView } from './project.view.js';
import { ProjectsService } from './projects.service.js';

@Controller('v3/projects')
export class ProjectsController {
  constructor(
    private readonly projects: ProjectsService,
    private readonly domains: DomainProjectsService,
    private readonly hierarchy: ProjectHierarchyService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get()
  @Policy(domainReads)
  @Operation({ query: ProjectQuery, answers: { 200: ProjectList } })
  async list(@Query() query: unknown, @RequestPath() path: string) {
    const filter = parse(ProjectQuery, query);
    const name = textMatches(filter, 'name');
    const { base } = this.settings;
    const links = (next: string | undefined) => collectionLinks(this.settings.publicUrl + path, next);
    if (filter.is_domain === true) {
      const { items, next } = await this.domains.list({ name, enabled: filter.enabled }, pageRequest(filter));
      const projects = items.map((domain) => domainAsProjectView(domain, base));
      return { projects, links: links(next), ...truncated(next) };
    }
    const tags = {
      all: filter.tags,
      any: filter['tags-any'],
      notAll: filter['not-tags'],
      notAny: filter['not-tags-any'],
    };
    const { items, next } = await this.projects.list(
      { name, tags, enabled: filter.enabled, domainId: filter.domain_id, parentId: filter.parent_id },
      pageRequest(filter),
    );
    return { projects: items.map((project) => projectView(project, base)), links: links(next), ...truncated(next) };
  }

  /** With `is_domain` it makes a domain, as in Keystone. */
  @Post()
  @Policy(domainWrites)
  @Operation({ body: CreateProject, answers: { 201: ProjectAnswer }, errors: [404, 409] })
  async create(@Body() body: unknown) {
    const { domain_id, parent_id, is_domain, ...project } = parse(CreateProject, body).project;
    const place = { domainId: domain_id, parentId: parent_id };
    if (is_domain) {
      return { project: domainAsProjectView(await this.domains.create(project, place), this.settings.base) };
    }
    return { project: projectView(await this.projects.create({ ...project, ...place }), this.settings.base) };
  }

  @Get(':project_id')
  @Policy(domainReadsOrOwnProject)
  @Operation({ query: HierarchyQuery, answers: { 200: ProjectInHierarchyAnswer } })
  async show(
    @Param('project_id') id: string,
    @Query() query: unknown,
    @Caller() caller: Principal,
  ): Promise<{ project: ProjectInHierarchy }> {
    const asked = parse(HierarchyQuery, query);
    const domain = await this.domains.find(id);
    if (domain) return { project: domainAsProjectView(domain, this.settings.base) };
    const project = await this.projects.show(id);
    const { parents, subtree } = await this.hierarchy.relatives(project, asked, caller.userId);
    return {
      project: {
        ...projectView(project, this.settings.base),
        ...(parents === undefined ? {} : { parents: this.relativesView(parents) }),
        ...(subtree === undefined ? {} : { subtree: this.relativesView(subtree) }),
      },
    };
  }

  @Patch(':project_id')
  @Policy(domainWrites)
  @Operation({ body: UpdateProject, answers: { 200: ProjectAnswer }, errors: [409] })
  async update(@Param('project_id') id: string, @Body() body: unknown) {
    const { domain_id, parent_id, is_domain, ...change } = parse(UpdateProject, body).project;
    const domain = await this.domains.update(id, { ...change, isDomain: is_domain });
    if (domain) return { project: domainAsProjectView(domain, this.settings.base) };
    const updated = await this.projects.update(id, { ...change, domainId: domain_id, parentId: parent_id });
    return { project: projectView(updated, this.settings.base) };
  }

  @Delete(':project_id')
  @HttpCode(204)
  @Policy(domainWrites)
  @Operation({ answers: { 204: {} } })
  async delete(@Param('project_id') id: string): Promise<void> {
    if (!(await this.domains.delete(id))) await this.projects.delete(id);
  }

  private relativesView(relatives: NonNullable<Relatives['parents']>) {
    if ('ids' in relatives) return relatives.ids;
    return relatives.map((project) => ({ project: projectView(project, this.settings.base) }));
  }
}
