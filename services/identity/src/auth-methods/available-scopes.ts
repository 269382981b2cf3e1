import { Injectable } from '@nestjs/common';
import type { Principal } from '@ocx/service-kit/principal';
import type { Domain } from '../domains/domain.js';
import { DomainsService } from '../domains/domains.service.js';
import type { Project } from '../projects/project.js';
import { ProjectsService } from '../projects/projects.service.js';
import { RoleAssignmentsService } from '../role-assignments/role-assignments.service.js';

/** Whether the token is for one project by its nature, whatever else its user may do. */
const isDelegated = ({ exchange }: Principal): boolean =>
  exchange?.application_credential !== undefined || exchange?.trust !== undefined || exchange?.oauth !== undefined;

/** The scopes for which the caller could get a token. A delegation has its own project only. */
@Injectable()
export class AvailableScopes {
  constructor(
    private readonly projectsService: ProjectsService,
    private readonly domainsService: DomainsService,
    private readonly assignments: RoleAssignmentsService,
  ) {}

  async projects(caller: Principal): Promise<Project[]> {
    const all = await this.projectsService.listOfUser(caller.userId);
    const projects = all.filter((project) => project.enabled && project.domainEnabled);
    if (!isDelegated(caller)) return projects;
    return projects.filter((project) => project.id === caller.projectId);
  }

  async domains(caller: Principal): Promise<Domain[]> {
    if (isDelegated(caller)) return [];
    const { domainIds } = await this.assignments.scopesOf(caller.userId);
    const domains = await Promise.all(domainIds.map((id) => this.domainsService.find(id)));
    return domains.filter((domain): domain is Domain => domain?.enabled === true);
  }

  async system(caller: Principal): Promise<boolean> {
    if (isDelegated(caller)) return false;
    return (await this.assignments.scopesOf(caller.userId)).system;
  }
}
