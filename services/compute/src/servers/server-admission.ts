import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Lease } from '@ocx/landlord-kit/leases/lease';
import { LeasesService } from '@ocx/landlord-kit/leases/leases.service';
import { OwnUse } from '@ocx/landlord-kit/offers/own-use';
import { FLAVORS, type Flavor } from '@ocx/openstack-api/exchange/products';
import type { CreateServer } from '@ocx/openstack-api/compute/servers';
import { Forbidden, InvalidInput, NotFound, QuotaExceeded } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import type { EntityManager } from 'typeorm';
import { KeypairsService } from '../keypairs/keypairs.service.js';
import { Quotas } from '../quotas/quotas.js';
import { ServerBootsRepository } from './server-boots.repository.js';

/** What a create is let in with. */
export interface Admitted {
  readonly lease: Lease | undefined;
  readonly flavor: Flavor;
  readonly ids: readonly string[];
  readonly publicKeys: readonly string[];
  readonly userData: string | null;
  readonly hostname: string | undefined;
}

/** Flavors are named by id or by the URL that ends in it. */
export function flavorNamed(reference: string): Flavor {
  const id = reference.split('/').at(-1) ?? '';
  const flavor = FLAVORS.find((one) => one.id === id);
  if (!flavor) throw new InvalidInput(`Flavor ${id} could not be found.`);
  return flavor;
}

/** Decides who may create a server, under which id, and what it boots with: by lease, or by quota at home. */
@Injectable()
export class ServerAdmission {
  constructor(
    private readonly leases: LeasesService,
    private readonly boots: ServerBootsRepository,
    private readonly keypairs: KeypairsService,
    readonly quotas: Quotas,
    private readonly ownUse: OwnUse,
  ) {}

  async admit(caller: Principal, request: CreateServer): Promise<Admitted> {
    const flavor = flavorNamed(request.flavorRef);
    const lease = await this.leases.forCreate(caller, 'server');
    return lease ? this.leased(lease, flavor, request) : this.own(caller, flavor, request);
  }

  /**
   * Takes what servers at home need from the capacity that is rented out too; a lease has taken its own. Last in the
   * transaction. Throws QuotaExceeded, in Nova's words, when it is not there.
   */
  async take(manager: EntityManager, flavorId: string, count: number): Promise<void> {
    if (await this.ownUse.take(manager, { type: 'server', id: flavorId }, count)) return;
    throw new QuotaExceeded('No valid host was found. There are not enough hosts available.', {
      reason: 'no_capacity',
    });
  }

  /** The create has used it up. */
  forgetBoot(leaseId: string, manager: EntityManager): Promise<void> {
    return this.boots.remove(leaseId, manager);
  }

  private async leased(lease: Lease, flavor: Flavor, request: CreateServer): Promise<Admitted> {
    if (lease.product.id !== flavor.id) throw new Forbidden('The lease is for another flavor.');
    if ((request.max_count ?? request.min_count ?? 1) > 1) throw new InvalidInput('A lease is for one server.');
    const boot = await this.boots.find(lease.id);
    return {
      lease,
      flavor,
      ids: [lease.resource.id],
      publicKeys: boot?.publicKeys ?? [],
      userData: boot?.userData ?? request.user_data ?? null,
      hostname: boot?.hostname ?? request.hostname,
    };
  }

  private async own(caller: Principal, flavor: Flavor, request: CreateServer): Promise<Admitted> {
    const least = request.min_count ?? 1;
    const count = request.max_count ?? least;
    if (least > count) throw new InvalidInput('min_count must be <= max_count');
    return {
      lease: undefined,
      flavor,
      ids: Array.from({ length: count }, () => randomUUID()),
      publicKeys: request.key_name ? [await this.keyNamed(caller, request.key_name)] : [],
      userData: request.user_data ?? null,
      hostname: request.hostname,
    };
  }

  private async keyNamed(caller: Principal, name: string): Promise<string> {
    try {
      return (await this.keypairs.show(caller, name)).publicKey;
    } catch (error) {
      if (error instanceof NotFound) throw new InvalidInput('Invalid key_name provided.', { cause: error });
      throw error;
    }
  }
}
