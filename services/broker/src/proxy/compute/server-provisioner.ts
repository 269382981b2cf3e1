import { Injectable } from '@nestjs/common';
import { ServerCreated } from '@ocx/openstack-api/compute/server-answers';
import { BadGateway } from '@ocx/service-kit/errors';
import { isAtLeast, type MicroversionValue } from '@ocx/service-kit/microversion';
import type { Principal } from '@ocx/service-kit/principal';
import type { z } from 'zod';
import { ImageDistribution } from '../../images/image-distribution.service.js';
import { InventoryService } from '../../inventory/inventory.service.js';
import type { Landlord } from '../../landlords/landlord.js';
import type { Lease } from '../../market/leases/lease.js';
import { orderAccess } from '../../market/leases/order-access.js';
import { LandlordGateway } from '../landlord-gateway.js';
import { novaHints } from './order-hints.js';
import type { PreparedServer } from './server-preparation.service.js';

export type CreatedServer = z.infer<typeof ServerCreated>['server'];

/** Milliseconds a landlord has to take a create; it builds in the background. */
const CREATE_DEADLINE_MS = 15_000;

/** Nothing else of a create is the landlord's to know, or it goes another way. */
const KEPT = [
  'metadata',
  'OS-DCF:diskConfig',
  'description',
  'tags',
  'config_drive',
  'adminPass',
  'accessIPv4',
  'accessIPv6',
] as const;

/** What the landlord is asked to create: keys, user data and host name went ahead, zone and key name stay here. */
function landlordBody(prepared: PreparedServer, name: string, version: MicroversionValue): Record<string, unknown> {
  const { server, hints, image, flavorId } = prepared;
  const automatic = isAtLeast(version, 37) ? { networks: 'auto' } : {};
  const networks = server.networks === 'none' ? { networks: 'none' } : automatic;
  const passed = novaHints(hints);
  const kept = Object.fromEntries(KEPT.flatMap((key) => (server[key] === undefined ? [] : [[key, server[key]]])));
  return {
    server: { ...kept, name, imageRef: image.id, flavorRef: flavorId, ...networks },
    ...(Object.keys(passed).length === 0 ? {} : { 'os:scheduler_hints': passed }),
  };
}

/** Makes the server of a countersigned lease at its landlord. */
@Injectable()
export class ServerProvisioner {
  constructor(
    private readonly gateway: LandlordGateway,
    private readonly distribution: ImageDistribution,
    private readonly inventory: InventoryService,
  ) {}

  /**
   * The image, then the create. The row is in the index before the landlord is asked for it, so that a crash in
   * between loses nothing; a failure takes it out again.
   */
  async provision(
    caller: Principal,
    prepared: PreparedServer,
    placed: { lease: Lease; landlord: Landlord; name: string; reservationId: string; version: MicroversionValue },
  ): Promise<CreatedServer> {
    const { lease, landlord } = placed;
    try {
      const made = await Promise.allSettled([
        this.distribution.ensureAt(landlord, prepared.image, caller),
        this.index(prepared, placed),
      ]);
      for (const step of made) if (step.status === 'rejected') throw step.reason;
      return await this.create(caller, prepared, placed);
    } catch (error) {
      await this.inventory.remove('server', lease.resource.id, lease.id);
      throw error;
    }
  }

  private async index(
    prepared: PreparedServer,
    placed: { lease: Lease; landlord: Landlord; name: string; reservationId: string },
  ): Promise<void> {
    const now = new Date();
    await this.inventory.add({
      type: 'server',
      id: placed.lease.resource.id,
      leaseId: placed.lease.id,
      landlordId: placed.landlord.id,
      projectId: placed.lease.projectId,
      userId: placed.lease.userId,
      productId: prepared.flavorId,
      quantity: 1,
      name: placed.name,
      status: 'BUILD',
      keyName: prepared.server.key_name ?? null,
      reservationId: placed.reservationId,
      createdAt: now,
      updatedAt: now,
      lastView: null,
    });
  }

  private async create(
    caller: Principal,
    prepared: PreparedServer,
    { lease, landlord, name, version }: { lease: Lease; landlord: Landlord; name: string; version: MicroversionValue },
  ): Promise<CreatedServer> {
    const { body } = await this.gateway.call(caller, landlord, orderAccess(lease.id), {
      method: 'POST',
      path: '/v2.1/servers',
      microversion: `compute 2.${String(version.minor)}`,
      body: landlordBody(prepared, name, version),
      schema: ServerCreated,
      deadlineMs: CREATE_DEADLINE_MS,
    });
    if (body.server.id !== lease.resource.id) {
      this.gateway.dropped(landlord, 'foreign_id');
      throw new BadGateway(`Landlord ${landlord.name} made another server than was ordered.`);
    }
    return body.server;
  }
}
