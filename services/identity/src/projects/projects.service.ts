import { Injectable } from '@nestjs/common';
import { Forbidden, InvalidInput, NotFound } from '@ocx/service-kit/errors';
import { type FreshRead, FreshReads } from '../database/fresh-reads.js';
import { Transactions } from '../database/transactions.js';
import { DEFAULT_DOMAIN_ID } from '../domains/domain.js';
import { DomainsService } from '../domains/domains.service.js';
import { RevocationsService } from '../revocations/revocations.service.js';
import type { Page, PageRequest } from '../wire/collection.js';
import { newId } from '../wire/id.js';
import type { Project, ScopedProject } from './project.js';
import { MAX_DEPTH } from './project-tree.js';
import { type ProjectFilter, ProjectsRepository } from './projects.repository.js';

export interface NewProject {
  readonly name: string;
  readonly domainId?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly enabled?: boolean;
  readonly parentId?: string | null | undefined;
  readonly tags?: readonly string[];
}

export interface ProjectChange {
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly enabled?: boolean | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly domainId?: string | null | undefined;
  readonly parentId?: string | null | undefined;
}

@Injectable()
export class ProjectsService {
  private readonly pages: FreshRead<Page<Project>>;
  private readonly known: FreshRead<ScopedProject | undefined>;

  constructor(
    private readonly repository: ProjectsRepository,
    private readonly domains: DomainsService,
    private readonly revocations: RevocationsService,
    private readonly transactions: Transactions,
    reads: FreshReads,
  ) {
    this.known = reads.of({ tables: ['projects', 'domains'] });
    this.pages = reads.of({ tables: ['projects'], max: 64 });
  }

  list(filter: ProjectFilter, page: PageRequest): Promise<Page<Project>> {
    return this.pages.get(JSON.stringify([filter, page]), () => this.repository.list(filter, page));
  }

  listAbove(id: string): Promise<Project[]> {
    return this.repository.listAbove(id);
  }

  listBelow(id: string): Promise<Project[]> {
    return this.repository.listBelow(id);
  }

  listOfUser(userId: string): Promise<ScopedProject[]> {
    return this.repository.listOfUser(userId);
  }

  async show(id: string): Promise<Project> {
    const project = await this.repository.find(id);
    if (!project) throw new NotFound(`Could not find project: ${id}.`);
    return project;
  }

  findScoped(id: string): Promise<ScopedProject | undefined> {
    return this.known.get(id, () => this.repository.findScoped(id));
  }

  findScopedByName(name: string, domain: { id?: string; name?: string }): Promise<ScopedProject | undefined> {
    const key = JSON.stringify([name, domain.id, domain.name]);
    return this.known.get(key, () => this.repository.findScopedByName(name, domain));
  }

  async create(fields: NewProject): Promise<Project> {
    const project = {
      id: newId(),
      name: fields.name,
      description: fields.description ?? '',
      enabled: fields.enabled ?? true,
      tags: fields.tags ?? [],
      ...(await this.place(fields)),
    };
    await this.repository.insert(project);
    return project;
  }

  /** Where a new project stands. A parent that is a domain's id means the top of that domain. */
  private async place(fields: NewProject): Promise<{ domainId: string; parentId: string | null }> {
    const parentId = fields.parentId ?? null;
    const parent = parentId === null ? undefined : await this.repository.findScoped(parentId);
    const domainId = fields.domainId ?? parent?.domainId ?? parentId ?? DEFAULT_DOMAIN_ID;
    const domain = await this.domains.show(domainId);
    if (!domain.enabled) throw this.inDisabled(domainId);
    if (parentId === null || parentId === domainId) return { domainId, parentId: null };
    if (!parent) throw new NotFound(`Could not find project: ${parentId}.`);
    if (parent.domainId !== domainId) {
      throw new InvalidInput('Cannot create a project within a domain other than its parent.');
    }
    // A parent is enabled only where all above it are.
    if (!parent.enabled) throw this.inDisabled(parentId);
    if ((await this.repository.listAbove(parentId)).length + 2 > MAX_DEPTH) {
      throw new Forbidden(`Max hierarchy depth reached for ${parentId} branch.`);
    }
    return { domainId, parentId };
  }

  async update(id: string, change: ProjectChange): Promise<Project> {
    const before = await this.show(id);
    await this.checkChange(before, change);
    const after: Project = {
      ...before,
      name: change.name ?? before.name,
      description: change.description === undefined ? before.description : (change.description ?? ''),
      enabled: change.enabled ?? before.enabled,
      tags: change.tags ?? before.tags,
    };
    await this.transactions.run(async (tx) => {
      await this.repository.update(tx, after);
      if (before.enabled && !after.enabled) await this.revocations.revoke(tx, { projectId: id });
    });
    return after;
  }

  /** What is fixed stays, and a project is enabled only where all above it are. */
  private async checkChange(before: Project, change: ProjectChange): Promise<void> {
    if (change.domainId !== undefined && change.domainId !== before.domainId) {
      throw new InvalidInput('Cannot change Domain ID');
    }
    if (change.parentId !== undefined && change.parentId !== (before.parentId ?? before.domainId)) {
      throw new Forbidden('Update of `parent_id` is not allowed.');
    }
    if (change.enabled === undefined || change.enabled === before.enabled) return;
    if (change.enabled && !(await this.isBelowEnabled(before))) {
      throw new Forbidden(`Cannot enable project ${before.id} since it has disabled parents`);
    }
    if (!change.enabled && (await this.repository.listBelow(before.id)).some((project) => project.enabled)) {
      throw new Forbidden(`Cannot disable project ${before.id} since its subtree contains enabled projects.`);
    }
  }

  private async isBelowEnabled(project: Project): Promise<boolean> {
    const [domain, above] = [await this.domains.show(project.domainId), await this.repository.listAbove(project.id)];
    return domain.enabled && above.every((parent) => parent.enabled);
  }

  private inDisabled(id: string): InvalidInput {
    return new InvalidInput(`cannot create a project in a branch containing a disabled project: ${id}`);
  }

  async delete(id: string): Promise<void> {
    await this.show(id);
    await this.transactions.run(async (tx) => {
      await this.revocations.revoke(tx, { projectId: id });
      await this.repository.delete(tx, id);
    });
  }
}
