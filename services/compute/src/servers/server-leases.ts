import { Injectable } from '@nestjs/common';
import type { Product } from '@ocx/openstack-api/exchange/documents';
import { FLAVORS } from '@ocx/openstack-api/exchange/products';
import type { Lease, ResourceVector } from '@ocx/landlord-kit/leases/lease';
import { type Boot, LeasedResources } from '@ocx/landlord-kit/leases/leased-resources';
import { ServerBoot } from '@ocx/openstack-api/compute/boot';
import { InvalidInput } from '@ocx/service-kit/errors';
import { parse } from '@ocx/service-kit/validation';
import type { EntityManager } from 'typeorm';
import { importPublicKey } from '../keypairs/keypair.js';
import { ServerBootsRepository } from './server-boots.repository.js';
import { ServerLifecycle } from './server-lifecycle.js';
import { ServersRepository } from './servers.repository.js';

/** Servers as the exchange rents them. */
@Injectable()
export class ServerLeases extends LeasedResources {
  constructor(
    private readonly servers: ServersRepository,
    private readonly lifecycle: ServerLifecycle,
    private readonly boots: ServerBootsRepository,
  ) {
    super();
  }

  override capacityOf(product: Product, quantity: number): ResourceVector | undefined {
    const flavor = product.type === 'server' ? FLAVORS.find(({ id }) => id === product.id) : undefined;
    if (!flavor) return undefined;
    return { vcpus: flavor.vcpus * quantity, ram: flavor.ram * quantity, disk: flavor.disk * quantity };
  }

  override async prepare(lease: Lease, unchecked: Boot, manager: EntityManager): Promise<void> {
    const { public_keys: keys, user_data: userData = null, hostname = null } = parse(ServerBoot, unchecked);
    if (hostname?.includes('..')) throw new InvalidInput('The host name is malformed.');
    const publicKeys = keys.map((key) => importPublicKey(key).publicKey);
    await this.boots.add(lease.id, { publicKeys, userData, hostname }, manager);
  }

  override async end(lease: Lease): Promise<void> {
    await this.boots.remove(lease.id);
    const server = await this.servers.byId(lease.resource.id);
    if (server?.leaseId === lease.id) await this.lifecycle.destroy(server);
  }
}
