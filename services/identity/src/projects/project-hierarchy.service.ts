import type { HierarchyQuery } from '@ocx/openstack-api/identity/projects';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { Project } from './project.js';
import { type IdTree, parentIds, subtreeIds } from './project-tree.js';
import { ProjectsService } from './projects.service.js';

/** Relatives of a project: as a list, as ids, or undefined where they were not asked for. */
export interface Relatives {
  readonly parents: readonly Project[] | { readonly ids: IdTree } | undefined;
  readonly subtree: readonly Project[] | { readonly ids: IdTree } | undefined;
}

@Injectable()
export class ProjectHierarchyService {
  constructor(private readonly projects: ProjectsService) {}

  /** Lists name only projects on which the caller has a role; ids are shown to whoever sees the project. */
  async relatives(project: Project, asked: z.output<typeof HierarchyQuery>, userId: string): Promise<Relatives> {
    const own = new Set<string>();
    if (asked.parents_as_list === true || asked.subtree_as_list === true) {
      for (const { id } of await this.projects.listOfUser(userId)) own.add(id);
    }
    const visible = (projects: readonly Project[]) => projects.filter(({ id }) => own.has(id));
    const relatives = async <T>(wanted: boolean | undefined, of: () => Promise<T>) =>
      wanted === true ? of() : undefined;
    const { id } = project;
    return {
      parents:
        (await relatives(asked.parents_as_list, async () => visible(await this.projects.listAbove(id)))) ??
        (await relatives(asked.parents_as_ids, async () => ({
          ids: parentIds(project, await this.projects.listAbove(id)),
        }))),
      subtree:
        (await relatives(asked.subtree_as_list, async () => visible(await this.projects.listBelow(id)))) ??
        (await relatives(asked.subtree_as_ids, async () => ({
          ids: subtreeIds(id, await this.projects.listBelow(id)),
        }))),
    };
  }
}
