import { Injectable } from '@nestjs/common';
import { LeaseActivity } from '@ocx/landlord-kit/usage/lease-activity';
import { OwnUse } from '@ocx/landlord-kit/offers/own-use';
import { LeasesService } from '@ocx/landlord-kit/leases/leases.service';
import type { EntityManager } from 'typeorm';
import { type Server, statusOf } from './server.js';
import { type Expected, type ServerChange, ServersRepository } from './servers.repository.js';

/** Changes a server's state, and in the same transaction its lease's metering and what the exchange is told. */
@Injectable()
export class ServerAnnouncer {
  constructor(
    private readonly servers: ServersRepository,
    private readonly activity: LeaseActivity,
    private readonly leases: LeasesService,
    private readonly ownUse: OwnUse,
  ) {}

  /** False, and nothing changed, when the server is not in the expected state. */
  change(server: Server, expected: Expected, change: ServerChange): Promise<boolean> {
    if (server.leaseId === null) return this.servers.change(expected, change);
    return this.servers.transaction(async (manager) => {
      if (!(await this.servers.change(expected, change, manager))) return false;
      await this.announce({ ...server, ...change }, manager);
      return true;
    });
  }

  /** Marks a failure, unless the server is being deleted: then that goes on. */
  async fail(server: Server, expected: Expected, change: ServerChange): Promise<void> {
    const current = await this.servers.byId(server.id);
    if (!current || current.taskState === 'deleting') return;
    await this.change(server, { ...expected, taskState: current.taskState }, change);
  }

  /** Removes the row of a server that is gone from the engine. */
  remove(server: Server): Promise<void> {
    return this.servers.transaction(async (manager) => {
      if (!(await this.servers.remove(server.id, manager))) return;
      if (server.leaseId === null) return this.ownUse.release(manager, { type: 'server', id: server.flavorId }, 1);
      await this.activity.down(server.leaseId, new Date(), manager);
      await this.leases.resourceChanged(server.leaseId, { type: 'server', id: server.id }, 'DELETED', manager);
    });
  }

  private async announce(server: Server, manager: EntityManager): Promise<void> {
    if (server.leaseId === null) return;
    // A stopped server keeps its capacity but no server-second is used; a restarting one is in use.
    if (server.vmState === 'active') await this.activity.up(server.leaseId, new Date(), manager);
    else await this.activity.down(server.leaseId, new Date(), manager);
    await this.leases.resourceChanged(server.leaseId, { type: 'server', id: server.id }, statusOf(server), manager);
  }
}
