import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { STORAGE_POLICIES } from '@ocx/openstack-api/exchange/products';
import { BackendUnavailable, Conflict, InvalidInput, NotFound } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { ContainersRepository, type IndexedContainer } from '../../inventory/containers.repository.js';
import type { Landlord } from '../../landlords/landlord.js';
import { LandlordsService } from '../../landlords/landlords.service.js';
import { RESOURCE_LEASED } from '../../market/leases/lease.js';
import { LeasesService } from '../../market/leases/leases.service.js';
import { OrdersService } from '../../market/orders/orders.service.js';
import { isIn, type Region } from '../regions/region.js';

export interface HeldContainer {
  readonly container: IndexedContainer;
  readonly landlord: Landlord;
}

const SEGMENTS = '_segments';
const ACCOUNT_PATIENCE_MS = 5_000;
const ACCOUNT_PAUSE_MS = 50;
const DEFAULT_POLICY = STORAGE_POLICIES.find((policy) => policy.default)?.name ?? 'standard';

/** `standard@bluestone`: the product and, after the @, the landlord. */
function readPolicy(header: string | undefined): { policy: string; landlord: string | undefined } {
  const [policy = '', landlord] = (header ?? DEFAULT_POLICY).split('@');
  if (!STORAGE_POLICIES.some(({ name }) => name === policy)) {
    throw new InvalidInput(`Invalid X-Storage-Policy '${policy.slice(0, 64)}'`);
  }
  return { policy, landlord };
}

/** Which landlord holds a container, and which gets a new one. */
@Injectable()
export class ContainerPlacement {
  constructor(
    private readonly containers: ContainersRepository,
    private readonly landlords: LandlordsService,
    private readonly leases: LeasesService,
    private readonly orders: OrdersService,
  ) {}

  /** Throws {@link NotFound} when there is none of that name in this region. */
  async find(projectId: string, region: Region, name: string): Promise<HeldContainer> {
    const container = await this.containers.find(projectId, name);
    if (!container || (!region.combined && !isIn(region, container.landlordId))) {
      throw new NotFound('The resource could not be found.');
    }
    const landlord = await this.landlords.byId(container.landlordId);
    if (!landlord) throw new BackendUnavailable('The landlord of this container has left the exchange.');
    return { container, landlord };
  }

  /** Landlords at which the project has an object account. */
  async accounts(caller: Principal, region: Region): Promise<Landlord[]> {
    const leases = await this.leases.forProject(caller.projectId ?? '', 'object-account');
    const held = new Set(leases.map(({ landlordId }) => landlordId));
    return region.landlords.filter(({ id }) => held.has(id));
  }

  /**
   * The landlord for a PUT of a container, with an object account there. A name that is taken stays where it is;
   * another landlord wanted for it is a {@link Conflict}.
   */
  async place(
    caller: Principal,
    region: Region,
    name: string,
    policyHeader: string | undefined,
  ): Promise<HeldContainer & { isNew: boolean }> {
    const projectId = caller.projectId ?? '';
    const { policy, landlord: wanted } = readPolicy(policyHeader);
    const existing = await this.containers.find(projectId, name);
    const chosen = existing
      ? await this.landlords.byId(existing.landlordId)
      : await this.choose(caller, region, name, policy, wanted);
    if (!chosen) throw new BackendUnavailable('The landlord of this container has left the exchange.');
    const elsewhere =
      (wanted !== undefined && wanted !== chosen.name) || (!region.combined && !isIn(region, chosen.id));
    if (elsewhere) throw new Conflict(`Container ${name} exists at ${chosen.name}; a name is unique across landlords.`);
    if (existing) return { container: existing, landlord: chosen, isNew: false };
    const row = { projectId, name, landlordId: chosen.id, policy };
    const container = await this.containers.claim(row);
    if (container.landlordId !== chosen.id) {
      throw new Conflict(`Container ${name} has just been made at another landlord.`);
    }
    return { container, landlord: chosen, isNew: true };
  }

  async forget(container: IndexedContainer): Promise<void> {
    await this.containers.remove(container.projectId, container.name, container.landlordId);
  }

  private async choose(
    caller: Principal,
    region: Region,
    name: string,
    policy: string,
    wanted: string | undefined,
  ): Promise<Landlord> {
    const projectId = caller.projectId ?? '';
    if (wanted !== undefined) {
      const landlord = region.landlords.find((candidate) => candidate.name === wanted);
      if (!landlord)
        throw new InvalidInput(`Invalid X-Storage-Policy: there is no landlord ${wanted.slice(0, 64)} here.`);
      return this.account(caller, landlord.region, policy);
    }
    if (!region.combined) return this.account(caller, region.name, policy);
    const origin = name.endsWith(SEGMENTS) ? name.slice(0, -SEGMENTS.length) : undefined;
    const followed = origin === undefined ? undefined : await this.containers.find(projectId, origin);
    const remembered = followed?.landlordId ?? (await this.containers.defaultLandlord(projectId));
    const known = region.landlords.find(({ id }) => id === remembered);
    if (known) return this.account(caller, known.region, policy);
    // An account that is there already is used before another one is leased.
    const [held] = await this.accounts(caller, region);
    const chosen = held ?? (await this.account(caller, undefined, policy));
    await this.containers.rememberDefault(projectId, chosen.id);
    return chosen;
  }

  /** A landlord with an object account of the project: the lease that is there, or a new one. */
  private async account(caller: Principal, regionName: string | undefined, policy: string): Promise<Landlord> {
    const projectId = caller.projectId ?? '';
    const landlord = regionName === undefined ? undefined : await this.landlords.byRegion(regionName);
    if (landlord && (await this.leases.byResource('object-account', projectId, landlord.id))) return landlord;
    const request = {
      resourceType: 'object-account',
      productId: policy,
      quantity: 0,
      resourceId: projectId,
      ...(regionName === undefined ? {} : { region: regionName }),
    } as const;
    try {
      // The account is there as soon as its lease is countersigned.
      return (await this.orders.place(caller, request, () => Promise.resolve())).landlord;
    } catch (error) {
      const taken = error instanceof Conflict && error.reason === RESOURCE_LEASED;
      if (!taken) throw error;
      return await this.accountOfAnother(projectId, regionName);
    }
  }

  /** Two first containers of a project at once make one account; the second request waits for the first one's. */
  private async accountOfAnother(projectId: string, regionName: string | undefined): Promise<Landlord> {
    for (let waited = 0; waited < ACCOUNT_PATIENCE_MS; waited += ACCOUNT_PAUSE_MS) {
      await delay(ACCOUNT_PAUSE_MS);
      for (const lease of await this.leases.forProject(projectId, 'object-account')) {
        const landlord = lease.state === 'active' ? await this.landlords.byId(lease.landlordId) : undefined;
        if (landlord && (regionName === undefined || landlord.region === regionName)) return landlord;
      }
    }
    throw new BackendUnavailable('The object account is still being made by another request.');
  }
}
