import { Injectable, Logger } from '@nestjs/common';
import { LeasesService } from '@ocx/landlord-kit/leases/leases.service';
import { BackendUnavailable, Conflict, DomainError, NotFound } from '@ocx/service-kit/errors';
import { Hypervisor } from '../hypervisor/hypervisor.js';
import { ServerAnnouncer } from './server-announcer.js';
import type { Image } from '../images/image.js';
import { ServerBuilder } from './server-builder.js';
import { ServerPlaces } from './server-places.js';
import { begin, type Fault, type Server, type ServerActionName, TRANSITIONS } from './server.js';
import { WorkQueue } from './work-queue.js';

const STOP_GRACE_SECONDS = 10;
const LOST = 'The instance is gone from the engine, and its data with it.';

function faultOf(error: unknown): Fault {
  const message =
    error instanceof DomainError ? error.message : 'The server could not be built. The log has the reason.';
  return { code: error instanceof BackendUnavailable ? 503 : 500, message, created: new Date().toISOString() };
}

/** What happens to servers in the background. The row says what is under way, so that a crash loses nothing. */
@Injectable()
export class ServerLifecycle {
  private readonly log = new Logger(ServerLifecycle.name);

  constructor(
    private readonly announcer: ServerAnnouncer,
    private readonly builder: ServerBuilder,
    private readonly hypervisor: Hypervisor,
    private readonly leases: LeasesService,
    private readonly places: ServerPlaces,
    private readonly queue: WorkQueue,
  ) {}

  isBusy(id: string): boolean {
    return this.queue.isBusy(id);
  }

  /**
   * Builds a server whose row is `building`.
   * @param image the server's image, where it was just read
   */
  build(server: Server, image?: Image): Promise<void> {
    return this.background(server, 'build', () => this.buildNow(server, image));
  }

  /** Marks the action as begun, or throws Conflict; what it takes goes on in the background. */
  async begin(server: Server, action: Exclude<ServerActionName, 'delete'>): Promise<void> {
    const task = begin(server, action);
    const expected = { id: server.id, vmState: server.vmState, taskState: server.taskState };
    if (!(await this.announcer.change(server, expected, { taskState: task, fault: null }))) {
      throw new Conflict(`Cannot '${action}' instance ${server.id} while another action is under way`);
    }
    void this.resume({ ...server, taskState: task });
  }

  /** Carries out, or goes on with, what the row says is under way. */
  resume(server: Server): Promise<void> {
    if (server.taskState === 'deleting') return this.destroy(server);
    if (server.vmState === 'building') return this.build(server);
    const action = this.actionOf(server);
    return action === undefined
      ? Promise.resolve()
      : this.background(server, action, () => this.carryOut(server, action));
  }

  /** Destroys the instance, then removes the row. Rejects when that cannot be done now; the row stays marked. */
  async destroy(server: Server): Promise<void> {
    await this.announcer.change(server, { id: server.id }, { taskState: 'deleting' });
    await this.queue.run(
      server.id,
      async () => {
        await this.builder.destroy(server);
        await this.announcer.remove(server);
      },
      { urgent: true },
    );
  }

  /** Brings back a server that should run and does not. */
  revive(server: Server): Promise<void> {
    return this.background(server, 'start', async () => {
      try {
        await this.builder.start(server);
      } catch (error) {
        // Somebody is removing it: its end was the beginning of that.
        if (error instanceof Conflict || error instanceof NotFound) throw new NotFound(LOST, { cause: error });
        throw error;
      }
    });
  }

  async markStopped(server: Server): Promise<void> {
    const expected = { id: server.id, vmState: 'active' as const, taskState: null };
    await this.announcer.change(server, expected, { vmState: 'stopped' });
  }

  async markLost(server: Server): Promise<void> {
    const fault = { code: 500, message: LOST, created: new Date().toISOString() };
    await this.announcer.change(server, { id: server.id, taskState: null }, { vmState: 'error', fault });
  }

  async idle(): Promise<void> {
    await this.queue.idle();
  }

  private actionOf(server: Server): ServerActionName | undefined {
    const names = Object.keys(TRANSITIONS) as ServerActionName[];
    return names.find((name) => TRANSITIONS[name].task === server.taskState);
  }

  private async buildNow(server: Server, image: Image | undefined): Promise<void> {
    const { id, leaseId } = server;
    const spawning = { taskState: 'spawning' as const };
    // Deleted while it waited for its turn. After a crash the row says `spawning` already.
    const expected = { id, vmState: 'building' as const, taskState: server.taskState };
    const [begun, isLeased] = await Promise.all([
      this.places.change(server, expected, spawning),
      leaseId === null || this.leases.isActive(leaseId),
    ]);
    if (!begun) return;
    if (!isLeased) {
      await this.builder.destroy(server);
      await this.announcer.remove(server);
      return;
    }
    const instance = await this.builder.launch(begun, image);
    const running = {
      vmState: 'active' as const,
      taskState: null,
      engineId: instance.engineId,
      launchedAt: new Date(),
    };
    await this.announcer.change(server, { id, vmState: 'building', taskState: 'spawning' }, running);
  }

  private async carryOut(server: Server, action: ServerActionName): Promise<void> {
    const { id, taskState } = server;
    let engineId = server.engineId;
    if (action === 'stop') await this.hypervisor.stop(id, STOP_GRACE_SECONDS);
    else if (action === 'start') await this.builder.start(server);
    else if (action === 'reboot') await this.hypervisor.restart(id, STOP_GRACE_SECONDS);
    else if (await this.hypervisor.find(id)) {
      await this.hypervisor.stop(id, 0);
      await this.builder.start(server);
    } else engineId = (await this.builder.launch(server)).engineId;
    const to = TRANSITIONS[action].to ?? 'error';
    await this.announcer.change(server, { id, taskState }, { vmState: to, taskState: null, engineId, fault: null });
  }

  private async background(server: Server, what: string, work: () => Promise<void>): Promise<void> {
    await this.queue.run(server.id, async () => {
      try {
        await work();
      } catch (error) {
        this.log.error(error instanceof Error ? error : String(error), `${what} of server ${server.id}`);
        await this.failed(server, what, error);
      }
    });
  }

  private async failed(server: Server, what: string, error: unknown): Promise<void> {
    const fault = faultOf(error);
    const current = what === 'build' ? { vmState: 'building' as const } : {};
    const change = { vmState: 'error' as const, taskState: null, fault };
    try {
      if (what === 'build') await this.builder.destroy(server);
      await this.announcer.fail(server, { id: server.id, ...current }, change);
    } catch (secondary) {
      this.log.error(secondary instanceof Error ? secondary : String(secondary), `server ${server.id}`);
    }
  }
}
