import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
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
export class ServerReconciler implements OnApplicationBootstrap, OnApplicationShutdown {
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

  async onApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.loop;
    await this.passing;
    if (this.settings.OCX_STOP_SERVERS_ON_EXIT) await this.host.standDown();
    else await this.host.settle();
  }

  /** One pass; passes never overlap. `afterAbsence`: the service or the engine was away before it. */
  pass(afterAbsence: boolean): Promise<void> {
    this.passing = this.passing
      .then(() => this.once(afterAbsence))
      .catch((error: unknown) => {
        this.log.error(error instanceof Error ? error : String(error), 'reconciling');
      });
    return this.passing;
  }

  private async once(afterAbsence: boolean): Promise<void> {
    if (afterAbsence) await this.host.recover();
    const endedLeases = await this.servers.converge(afterAbsence);
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
        if (this.stop.signal.aborted) return;
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
      await this.hypervisor.watch(() => void this.pass(false), this.stop.signal);
    } finally {
      ended.abort();
      await ticking;
    }
  }

  private async tick(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.sleep(this.settings.OCX_RECONCILE_SECONDS * 1000, signal);
      if (!signal.aborted) await this.pass(false);
    }
  }

  private sleep(ms: number, signal: AbortSignal = this.stop.signal): Promise<void> {
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
