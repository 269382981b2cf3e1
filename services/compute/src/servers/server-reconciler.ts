import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LeaseEnding } from '@ocx/landlord-kit/leases/lease-ending.service';
import { COMPUTE_SETTINGS, type ComputeSettings } from '../compute.config.js';
import { Hypervisor } from '../hypervisor/hypervisor.js';
import { HostConvergence } from './host-convergence.js';
import { ServerConvergence } from './server-convergence.js';

const RETRY_MS = 2_000;

/**
 * Converges rows with the engine: at start, after the engine was away, whenever an instance ends, and every so often.
 * The first pass after either was away brings back what should run; later ones respect a server that shut itself down.
 */
@Injectable()
export class ServerReconciler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(ServerReconciler.name);
  private readonly stop = new AbortController();
  private loop: Promise<void> | undefined;
  private passing: Promise<void> = Promise.resolve();

  constructor(
    private readonly hypervisor: Hypervisor,
    private readonly servers: ServerConvergence,
    private readonly host: HostConvergence,
    private readonly endings: LeaseEnding,
    @Inject(COMPUTE_SETTINGS) private readonly settings: ComputeSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.loop = this.run();
  }

  // Before the database closes: what is under way still writes its rows.
  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.loop;
    await this.passing;
    await this.servers.settle();
    if (this.settings.OCX_STOP_SERVERS_ON_EXIT) await this.host.standDown();
    else await this.host.settle();
  }

  /**
   * One pass; passes never overlap. `afterAbsence`: the service or the engine was away before it; `ended`: an
   * instance that was just heard to have ended.
   */
  pass(afterAbsence: boolean, ended?: string): Promise<void> {
    this.passing = this.passing
      .then(() => this.once(afterAbsence, ended))
      .catch((error: unknown) => {
        this.log.error(error instanceof Error ? error : String(error), 'reconciling');
      });
    return this.passing;
  }

  private async once(afterAbsence: boolean, ended: string | undefined): Promise<void> {
    if (afterAbsence) await this.host.recover();
    const endedLeases = await this.servers.converge(afterAbsence, ended);
    for (const id of endedLeases) await this.endings.end(id);
    await this.host.converge();
  }

  // While the engine answers, its feed is followed; when it breaks off the engine was away.
  private async run(): Promise<void> {
    while (!this.stop.signal.aborted) {
      try {
        await this.hypervisor.prepare();
        await this.pass(true);
        await this.follow();
      } catch (error) {
        this.log.error(error instanceof Error ? error : String(error), 'the engine');
        await this.sleep(RETRY_MS);
      }
    }
  }

  private async follow(): Promise<void> {
    const ended = new AbortController();
    const signal = AbortSignal.any([ended.signal, this.stop.signal]);
    const ticking = this.tick(signal);
    try {
      await this.hypervisor.watch(({ id }) => void this.pass(false, id), this.stop.signal);
    } finally {
      ended.abort();
      await ticking;
    }
  }

  private async tick(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.sleep(this.settings.OCX_RECONCILE_SECONDS * 1000, signal);
      await this.pass(false);
    }
  }

  private sleep(ms: number, signal: AbortSignal = this.stop.signal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
      function done() {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
    });
  }
}
