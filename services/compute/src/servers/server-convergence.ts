import { Injectable, Logger } from '@nestjs/common';
import { LeasesService } from '@ocx/landlord-kit/leases/leases.service';
import { Hypervisor, type Instance } from '../hypervisor/hypervisor.js';
import type { Server } from './server.js';
import { ServerLifecycle } from './server-lifecycle.js';
import { ServersRepository } from './servers.repository.js';

const MAX_REVIVALS = 3;
const REVIVAL_WINDOW_MS = 60_000;

/** Makes each server's row and its instance agree. The row says what was wanted, the engine what there is. */
@Injectable()
export class ServerConvergence {
  private readonly log = new Logger(ServerConvergence.name);
  private readonly revivals = new Map<string, number[]>();

  constructor(
    private readonly servers: ServersRepository,
    private readonly hypervisor: Hypervisor,
    private readonly lifecycle: ServerLifecycle,
    private readonly leases: LeasesService,
  ) {}

  /** Returns the leases of servers that are marked as deleted: their end is to be gone on with. */
  async converge(afterAbsence: boolean, ended?: string): Promise<string[]> {
    // In this order: a server made meanwhile has a row first, so no instance of it is taken for an orphan.
    const instances = new Map((await this.hypervisor.list()).map((instance) => [instance.id, instance]));
    // The engine's list lags behind its events; a single look does not.
    const justEnded = ended === undefined ? undefined : await this.hypervisor.find(ended);
    if (justEnded) instances.set(justEnded.id, justEnded);
    const rows = await this.servers.all();
    const known = new Set(rows.map(({ id }) => id));
    const endings: string[] = [];
    for (const id of instances.keys())
      if (!known.has(id) && !this.lifecycle.isBusy(id)) await this.hypervisor.destroy(id);
    const work = rows
      .filter(({ id }) => !this.lifecycle.isBusy(id))
      .map(async (server) => {
        if (server.taskState === 'deleting' && server.leaseId !== null) endings.push(server.leaseId);
        else await this.convergeOne(server, instances.get(server.id), afterAbsence);
      });
    for (const result of await Promise.allSettled(work)) {
      if (result.status === 'rejected') this.log.error(result.reason);
    }
    return endings;
  }

  /** Lets what is under way come to its end. */
  settle(): Promise<void> {
    return this.lifecycle.idle();
  }

  private async convergeOne(server: Server, instance: Instance | undefined, afterAbsence: boolean): Promise<void> {
    if (await this.leaseEnded(server)) return this.lifecycle.destroy(server);
    if (server.taskState !== null) return this.lifecycle.resume(server);
    if (server.vmState === 'building') return this.lifecycle.build(server);
    if (server.vmState === 'error') return;
    if (!instance) return this.lifecycle.markLost(server);
    const running = instance.state === 'running';
    if (server.vmState === 'stopped') {
      if (running) await this.hypervisor.stop(server.id, 10);
      return;
    }
    if (!running) await this.bringBack(server, instance, afterAbsence);
  }

  // Exit code 0 while we watched: the server shut itself down. What keeps failing is not started for ever.
  private async bringBack(server: Server, instance: Instance, afterAbsence: boolean): Promise<void> {
    const shutItselfDown = instance.exitCode === 0 && !afterAbsence;
    const now = Date.now();
    const recent = (this.revivals.get(server.id) ?? []).filter((at) => now - at < REVIVAL_WINDOW_MS);
    if (shutItselfDown || recent.length >= MAX_REVIVALS) {
      this.revivals.delete(server.id);
      await this.lifecycle.markStopped(server);
      return;
    }
    this.revivals.set(server.id, [...recent, now]);
    await this.lifecycle.revive(server);
  }

  private async leaseEnded(server: Server): Promise<boolean> {
    if (server.leaseId === null) return false;
    return (await this.leases.find(server.leaseId))?.state !== 'active';
  }
}
