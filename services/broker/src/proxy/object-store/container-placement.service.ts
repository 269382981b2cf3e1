import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { STORAGE_POLICIES } from '@ocx/openstack-api/exchange/products';
import { BackendUnavailable, Conflict, InvalidInput, NotFound } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { ContainersRepository, type IndexedContainer } from '../../inventory/containers.repository.js';
import type { Landlord } from '../../landlords/landlord.js';
import { LandlordsService } from '../../landlords/landlords.service.js';
import { isIn, type Region } from '../regions/region.js';
import { type ObjectAccount, ObjectAccounts } from './object-accounts.service.js';

export interface HeldContainer {
  readonly container: IndexedContainer;
  readonly landlord: Landlord;
}

const SEGMENTS = '_segments';
const MAX_ATTEMPTS = 5;
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
    private readonly accounts: ObjectAccounts,
  ) {}

  /** Throws {@link NotFound} when there is none of that name in this region. */
  async find(projectId: string, region: Region, name: string): Promise<HeldContainer> {
    const container = await this.containers.find(projectId, name);
    if (!container || (!region.combined && !isIn(region, container.landlordId))) {
      throw new NotFound('The resource could not be found.');
    }
    return { container, landlord: await this.holderOf(container) };
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
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const existing = await this.containers.find(projectId, name);
      if (existing) {
        const landlord = await this.holderOf(existing);
        const isElsewhere =
          (wanted !== undefined && wanted !== landlord.name) || (!region.combined && !isIn(region, landlord.id));
        if (isElsewhere) {
          throw new Conflict(`Container ${name} exists at ${landlord.name}; a name is unique across landlords.`);
        }
        const container = await this.containers.renew(existing);
        if (container) return { container, landlord, isNew: false };
      } else {
        const { landlord, leaseId } = await this.choose(caller, region, name, policy, wanted);
        const container = { projectId, name, landlordId: landlord.id, leaseId, claimId: randomUUID(), policy };
        if (await this.containers.claim(container)) return { container, landlord, isNew: true };
      }
      // Another request was faster: it made or deleted the container, or gave the account back.
    }
    throw new BackendUnavailable('Other requests make and delete this container at the same time.');
  }

  /** The container is gone, unless another request has claimed it since. */
  async forget(container: IndexedContainer): Promise<void> {
    await this.containers.remove(container);
  }

  private async holderOf(container: IndexedContainer): Promise<Landlord> {
    const landlord = await this.landlords.byId(container.landlordId);
    if (!landlord) throw new BackendUnavailable('The landlord of this container has left the exchange.');
    return landlord;
  }

  private async choose(
    caller: Principal,
    region: Region,
    name: string,
    policy: string,
    wanted: string | undefined,
  ): Promise<ObjectAccount> {
    const projectId = caller.projectId ?? '';
    if (wanted !== undefined) {
      const landlord = region.landlords.find((candidate) => candidate.name === wanted);
      if (!landlord)
        throw new InvalidInput(`Invalid X-Storage-Policy: there is no landlord ${wanted.slice(0, 64)} here.`);
      return this.accounts.open(caller, landlord.region, policy);
    }
    if (!region.combined) return this.accounts.open(caller, region.name, policy);
    const origin = name.endsWith(SEGMENTS) ? name.slice(0, -SEGMENTS.length) : undefined;
    const followed = origin === undefined ? undefined : await this.containers.find(projectId, origin);
    const remembered = followed?.landlordId ?? (await this.containers.defaultLandlord(projectId));
    const known = region.landlords.find(({ id }) => id === remembered);
    if (known) return this.accounts.open(caller, known.region, policy);
    // An account that is there already is used before another one is leased.
    const [held] = await this.accounts.list(projectId, region);
    const chosen = held ?? (await this.accounts.open(caller, undefined, policy));
    await this.containers.rememberDefault(projectId, { landlordId: chosen.landlord.id, leaseId: chosen.leaseId });
    return chosen;
  }
}
