import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { BackendUnavailable, Conflict } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import type { Landlord } from '../../landlords/landlord.js';
import { LandlordsService } from '../../landlords/landlords.service.js';
import { type Lease, RESOURCE_LEASED } from '../../market/leases/lease.js';
import { LeasesService } from '../../market/leases/leases.service.js';
import { OrdersService } from '../../market/orders/orders.service.js';
import type { Region } from '../regions/region.js';

/** Where containers are made: a landlord, and the lease of the project's account there. */
export interface ObjectAccount {
  readonly landlord: Landlord;
  readonly leaseId: string;
}

const PATIENCE_MS = 5_000;
const PAUSE_MS = 50;

/** A project's object accounts: one lease at each landlord that holds containers of it, made when the first one is. */
@Injectable()
export class ObjectAccounts {
  constructor(
    private readonly landlords: LandlordsService,
    private readonly leases: LeasesService,
    private readonly orders: OrdersService,
  ) {}

  /** Those in the region that are in force. */
  async list(projectId: string, region: Region): Promise<ObjectAccount[]> {
    const active = (await this.leases.forProject(projectId, 'object-account')).filter(isActive);
    return region.landlords.flatMap((landlord) =>
      active.filter(({ landlordId }) => landlordId === landlord.id).map(({ id }) => ({ landlord, leaseId: id })),
    );
  }

  /**
   * The account at the landlord of this region, or any without one: the lease that is there, or a new one. Waits for one
   * that another request is making or giving back. Throws what an order throws, and {@link BackendUnavailable}.
   */
  async open(caller: Principal, regionName: string | undefined, policy: string): Promise<ObjectAccount> {
    const landlord = regionName === undefined ? undefined : await this.landlords.byRegion(regionName);
    const deadline = Date.now() + PATIENCE_MS;
    let isTaken = false;
    do {
      const live = await this.leases.forProject(caller.projectId ?? '', 'object-account');
      const here = regionName === undefined ? live : live.filter(({ landlordId }) => landlordId === landlord?.id);
      const active = here.find(isActive);
      const holder = active && (await this.landlords.byId(active.landlordId));
      if (active && holder) return { landlord: holder, leaseId: active.id };
      // One that is being given back elsewhere is in nobody's way, until an order has met it.
      const inTheWay = here.filter(({ state }) => isTaken || regionName !== undefined || state !== 'ending');
      const made = inTheWay.length === 0 ? await this.lease(caller, regionName, policy) : undefined;
      if (made) return made;
      isTaken = true;
      await delay(PAUSE_MS);
    } while (Date.now() < deadline);
    throw new BackendUnavailable('The object account is still being made or given back by another request.');
  }

  /** Undefined when the landlord that was chosen has a lease of the account by now. */
  private async lease(
    caller: Principal,
    region: string | undefined,
    policy: string,
  ): Promise<ObjectAccount | undefined> {
    const resourceId = caller.projectId ?? '';
    const account = { resourceType: 'object-account', productId: policy, quantity: 0, resourceId } as const;
    try {
      const request = { ...account, ...(region === undefined ? {} : { region }) };
      // The account is there as soon as its lease is countersigned.
      const { landlord, lease } = await this.orders.place(caller, request, () => Promise.resolve());
      return { landlord, leaseId: lease.id };
    } catch (error) {
      if (error instanceof Conflict && error.reason === RESOURCE_LEASED) return undefined;
      throw error;
    }
  }
}

const isActive = ({ state }: Lease): boolean => state === 'active';
