import { Injectable, Logger } from '@nestjs/common';
import type { ServerBoot } from '@ocx/openstack-api/compute/boot';
import type { CreateServerBody } from '@ocx/openstack-api/compute/servers';
import { InvalidInput } from '@ocx/service-kit/errors';
import type { MicroversionValue } from '@ocx/service-kit/microversion';
import type { Principal } from '@ocx/service-kit/principal';
import { LeasesService } from '../../market/leases/leases.service.js';
import { OrdersService } from '../../market/orders/orders.service.js';
import type { FilledOrder } from '../../market/orders/order.js';
import { QuotasService } from '../quotas/quotas.service.js';
import type { Region } from '../regions/region.js';
import { orderHints } from './order-hints.js';
import { type PreparedServer, ServerPreparation } from './server-preparation.service.js';
import { type CreatedServer, ServerProvisioner } from './server-provisioner.js';

function bootOf({ publicKeys, server: { user_data: userData, hostname } }: PreparedServer): ServerBoot {
  return {
    public_keys: publicKeys,
    ...(typeof userData === 'string' ? { user_data: userData } : {}),
    ...(hostname === undefined ? {} : { hostname }),
  };
}

/** Turns Nova's create into orders at the market, one for each server asked for. */
@Injectable()
export class ServerCreateService {
  private readonly log = new Logger(ServerCreateService.name);

  constructor(
    private readonly preparation: ServerPreparation,
    private readonly quotas: QuotasService,
    private readonly orders: OrdersService,
    private readonly leases: LeasesService,
    private readonly provisioner: ServerProvisioner,
  ) {}

  /** The first of the servers made, as Nova answers. At least `min_count` are made, or none. */
  async create(
    caller: Principal,
    region: Region,
    body: CreateServerBody,
    version: MicroversionValue,
  ): Promise<CreatedServer> {
    const { server } = body;
    if (server.return_reservation_id === true)
      throw new InvalidInput('Reservation ids are not supported by this cloud.');
    const least = server.min_count ?? 1;
    const most = server.max_count ?? least;
    if (least > most) throw new InvalidInput('min_count must be <= max_count');
    const prepared = await this.preparation.prepare(caller, region, body);
    const hints = orderHints(body.hints);
    const reservations = await this.quotas.reserveServers(prepared.projectId, prepared.flavorId, most);
    try {
      const outcomes = await Promise.allSettled(
        reservations.map((reservationId, index) => {
          const name = most === 1 ? server.name : `${server.name}-${String(index + 1)}`;
          return this.order(caller, prepared, { hints, reservationId, name, version });
        }),
      );
      return await this.judge(outcomes, least);
    } finally {
      await this.quotas.release(reservations);
    }
  }

  private order(
    caller: Principal,
    prepared: PreparedServer,
    one: { hints: ReturnType<typeof orderHints>; reservationId: string; name: string; version: MicroversionValue },
  ): Promise<FilledOrder<CreatedServer>> {
    const { flavorId, region } = prepared;
    return this.orders.place(
      caller,
      {
        resourceType: 'server',
        productId: flavorId,
        quantity: 1,
        hints: one.hints,
        boot: bootOf(prepared),
        ...(region === undefined ? {} : { region }),
      },
      (lease, landlord) => this.provisioner.provision(caller, prepared, { ...one, lease, landlord }),
    );
  }

  private async judge(
    outcomes: readonly PromiseSettledResult<FilledOrder<CreatedServer>>[],
    least: number,
  ): Promise<CreatedServer> {
    const filled = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    const [first] = filled;
    if (first !== undefined && filled.length >= least) return first.result;
    await Promise.all(filled.map((order) => this.undo(order)));
    throw failure?.status === 'rejected' ? failure.reason : new Error('No order was placed.');
  }

  // The market's own reconciler ends what could not be ended now.
  private async undo(order: FilledOrder<CreatedServer>): Promise<void> {
    try {
      await this.leases.end('system', order.lease.id, 'order_incomplete');
    } catch (error) {
      this.log.warn(`lease ${order.lease.id} is ended later: ${error instanceof Error ? error.message : 'unknown'}`);
    }
  }
}
