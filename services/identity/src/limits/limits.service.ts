import { Injectable } from '@nestjs/common';
import { InvalidInput, NotFound } from '@ocx/service-kit/errors';
import { Transactions } from '../database/transactions.js';
import { DomainsService } from '../domains/domains.service.js';
import { ProjectsService } from '../projects/projects.service.js';
import type { Page, PageRequest } from '../wire/collection.js';
import { newId } from '../wire/id.js';
import type { ResourceLimit } from './limit.js';
import { type LimitFilter, type LimitOwner, LimitsRepository } from './limits.repository.js';

export type NewLimit = Omit<ResourceLimit, 'id' | 'registeredLimitId'>;

@Injectable()
export class LimitsService {
  constructor(
    private readonly repository: LimitsRepository,
    private readonly projects: ProjectsService,
    private readonly domains: DomainsService,
    private readonly transactions: Transactions,
  ) {}

  list(filter: LimitFilter, page: PageRequest, seenFrom?: LimitOwner): Promise<Page<ResourceLimit>> {
    return this.repository.list(filter, page, seenFrom);
  }

  async show(id: string): Promise<ResourceLimit> {
    const limit = await this.repository.find(id);
    if (!limit) throw new NotFound(`Could not find limit for ${id}.`);
    return limit;
  }

  /** All of them or none. */
  async create(wanted: readonly NewLimit[]): Promise<ResourceLimit[]> {
    const limits = await Promise.all(wanted.map((limit) => this.prepare(limit)));
    await this.transactions.run(async (tx) => {
      for (const { serviceId: _service, regionId: _region, resourceName, ...row } of limits) {
        await this.repository.insert(tx, row, resourceName);
      }
    });
    return limits;
  }

  async update(
    id: string,
    change: { resourceLimit?: number | undefined; description?: string | null | undefined },
  ): Promise<ResourceLimit> {
    const before = await this.show(id);
    const resourceLimit = change.resourceLimit ?? before.resourceLimit;
    const description = change.description === undefined ? before.description : change.description;
    await this.repository.update(id, { resourceLimit, description });
    return { ...before, resourceLimit, description };
  }

  async delete(id: string): Promise<void> {
    await this.show(id);
    await this.repository.delete(id);
  }

  private async prepare(limit: NewLimit): Promise<ResourceLimit> {
    const { projectId, domainId, serviceId, regionId, resourceName } = limit;
    const missing = (what: string) => (error: unknown) => {
      if (!(error instanceof NotFound)) throw error;
      throw new InvalidInput(`Expecting to find ${what} in limit.`, { cause: error });
    };
    if (projectId !== null) await this.projects.show(projectId).catch(missing('project_id'));
    if (domainId !== null) await this.domains.show(domainId).catch(missing('domain_id'));
    const registered = await this.repository.findResource(serviceId, regionId, resourceName);
    if (!registered) {
      throw new InvalidInput('Unable to create a limit that has no corresponding registered limit.');
    }
    return { ...limit, id: newId(), registeredLimitId: registered.id };
  }
}
