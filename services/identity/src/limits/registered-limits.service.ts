import { Injectable } from '@nestjs/common';
import { Forbidden, InvalidInput, NotFound } from '@ocx/service-kit/errors';
import { CatalogService } from '../catalog/catalog.service.js';
import { Transactions } from '../database/transactions.js';
import { newId } from '../wire/id.js';
import type { RegisteredLimit } from './limit.js';
import { LimitsRepository, type RegisteredLimitFilter } from './limits.repository.js';

type Change = { readonly [Field in keyof RegisteredLimit]?: RegisteredLimit[Field] | undefined };

@Injectable()
export class RegisteredLimitsService {
  constructor(
    private readonly repository: LimitsRepository,
    private readonly catalog: CatalogService,
    private readonly transactions: Transactions,
  ) {}

  list(filter: RegisteredLimitFilter): Promise<RegisteredLimit[]> {
    return this.repository.listRegistered(filter);
  }

  async show(id: string): Promise<RegisteredLimit> {
    const limit = await this.repository.findRegistered(id);
    if (!limit) throw new NotFound(`Could not find registered limit for ${id}.`);
    return limit;
  }

  /** All of them or none. */
  async create(wanted: readonly Omit<RegisteredLimit, 'id'>[]): Promise<RegisteredLimit[]> {
    const limits = wanted.map((fields) => ({ ...fields, id: newId() }));
    for (const limit of limits) await this.checkPlace(limit);
    await this.transactions.run(async (tx) => {
      for (const limit of limits) await this.repository.insertRegistered(tx, limit);
    });
    return limits;
  }

  /**
   * The resources of a service, each where it is not registered yet: what somebody registered or changed stays as it is.
   * Throws {@link InvalidInput} for a service that is not in the catalog.
   */
  async ensure(
    services: readonly {
      readonly type: string;
      readonly name: string;
      readonly defaultLimits: Readonly<Record<string, number>>;
    }[],
  ): Promise<void> {
    const limits = await Promise.all(
      services.map(async ({ type, name, defaultLimits }) => {
        const serviceId = await this.idOf(type, name);
        const anywhere = { serviceId, regionId: null, description: null };
        return Object.entries(defaultLimits).map(([resourceName, defaultLimit]) => ({
          ...anywhere,
          id: newId(),
          resourceName,
          defaultLimit,
        }));
      }),
    );
    await this.transactions.run((tx) => this.repository.insertMissing(tx, limits.flat()));
  }

  /** What projects have limits of keeps its name and its place; only its description may change. */
  async update(id: string, change: Change): Promise<RegisteredLimit> {
    const before = await this.show(id);
    const fields = Object.fromEntries(
      (Object.entries(change) as [string, unknown][]).filter(([, value]) => value !== undefined),
    ) as Change;
    const after = { ...before, ...fields, id } as RegisteredLimit;
    if (Object.keys(fields).some((field) => field !== 'description')) await this.checkUnused(id);
    await this.checkPlace(after);
    await this.repository.updateRegistered(after);
    return after;
  }

  async delete(id: string): Promise<void> {
    await this.show(id);
    await this.checkUnused(id);
    await this.repository.deleteRegistered(id);
  }

  private async idOf(type: string, name: string): Promise<string> {
    const equals = (value: string) => [{ comparator: 'equals' as const, value }];
    const [service] = await this.catalog.listServices({ type: equals(type), name: equals(name) });
    if (!service) throw new InvalidInput(`There is no service ${name} of type ${type}.`);
    return service.id;
  }

  private async checkUnused(id: string): Promise<void> {
    if (!(await this.repository.isUsed(id))) return;
    throw new Forbidden(
      `Unable to update or delete registered limit ${id} because there are project limits associated with it.`,
    );
  }

  private async checkPlace({ serviceId, regionId }: RegisteredLimit): Promise<void> {
    const missing = (what: string) => (error: unknown) => {
      if (!(error instanceof NotFound)) throw error;
      throw new InvalidInput(`Expecting to find ${what} in registered_limit.`, { cause: error });
    };
    await this.catalog.showService(serviceId).catch(missing('service_id'));
    if (regionId !== null) await this.catalog.showRegion(regionId).catch(missing('region_id'));
  }
}
