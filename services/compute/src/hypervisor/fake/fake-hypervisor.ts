import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { Conflict, NotFound } from '@ocx/service-kit/errors';
import {
  type ArchiveKind,
  Hypervisor,
  type Instance,
  type InstanceEnd,
  type InstanceSpec,
  type NetworkSpec,
} from '../hypervisor.js';

interface Held {
  readonly spec: InstanceSpec;
  state: Instance['state'];
  exitCode: number | null;
}

/** Instances in memory, for tests that ask what is done with a hypervisor. They run nothing, and none starts by itself. */
export class FakeHypervisor extends Hypervisor {
  private readonly instances = new Map<string, Held>();
  private readonly networks = new Map<string, NetworkSpec>();
  private readonly images = new Map<string, Buffer>();
  private readonly watchers = new Set<(end: InstanceEnd) => void>();

  /** The instance ends by itself, as when its PID 1 does. */
  end(id: string, exitCode: number): void {
    this.halt(this.held(id), exitCode);
  }

  override prepare(): Promise<void> {
    return Promise.resolve();
  }

  override release(): Promise<void> {
    return Promise.resolve();
  }

  override ensureNetwork(network: NetworkSpec): Promise<void> {
    return task(() => {
      const taken = [...this.networks.values()].some(
        ({ id, subnet }) => id !== network.id && subnet === network.subnet,
      );
      if (taken) throw new Conflict('The engine uses this subnet already.', { reason: 'subnet_in_use' });
      this.networks.set(network.id, network);
    });
  }

  override removeNetwork(id: string): Promise<void> {
    return task(() => {
      if ([...this.instances.values()].some(({ spec, state }) => spec.network?.id === id && state === 'running')) {
        throw new Conflict('The network is in use.');
      }
      this.networks.delete(id);
    });
  }

  override listNetworks(): Promise<readonly string[]> {
    return task(() => [...this.networks.keys()]);
  }

  override launch(spec: InstanceSpec): Promise<Instance> {
    return task(() => {
      if (!this.images.has(spec.imageId)) throw new NotFound('The engine has no such image.');
      if (spec.network && !this.networks.has(spec.network.id)) throw new NotFound('The engine has no such network.');
      this.instances.set(spec.id, { spec, state: 'running', exitCode: null });
      return this.shown(spec.id);
    });
  }

  override start(id: string): Promise<void> {
    return task(() => {
      Object.assign(this.held(id), { state: 'running', exitCode: null });
    });
  }

  override stop(id: string): Promise<void> {
    return task(() => {
      const held = this.held(id);
      if (held.state === 'running') this.halt(held, 137);
    });
  }

  override async restart(id: string): Promise<void> {
    await this.stop(id);
    await this.start(id);
  }

  override destroy(id: string): Promise<void> {
    return task(() => {
      const held = this.instances.get(id);
      this.instances.delete(id);
      if (held?.state === 'running') this.halt(held, 137);
    });
  }

  override find(id: string): Promise<Instance | undefined> {
    return task(() => (this.instances.has(id) ? this.shown(id) : undefined));
  }

  override list(): Promise<readonly Instance[]> {
    return task(() => [...this.instances.keys()].map((id) => this.shown(id)));
  }

  override consoleOutput(id: string, lines: number | undefined): Promise<string> {
    return task(() => {
      const { spec } = this.held(id);
      const said = /^echo (.*);/.exec(spec.command?.at(-1) ?? '')?.[1];
      return said === undefined || lines === 0 ? '' : `${said}\n`;
    });
  }

  override async importImage(imageId: string, _kind: ArchiveKind, archive: () => Promise<Readable>): Promise<void> {
    this.images.set(imageId, await buffer(await archive()));
  }

  override pullImage(_imageId: string, reference: string): Promise<void> {
    return Promise.reject(new NotFound(`There is no registry, and so no ${reference}.`));
  }

  override exportImage(imageId: string): Promise<Readable> {
    return task(() => {
      const archive = this.images.get(imageId);
      if (!archive) throw new NotFound('The engine has no such image.');
      return Readable.from([archive]);
    });
  }

  override hasImage(imageId: string): Promise<boolean> {
    return task(() => this.images.has(imageId));
  }

  override removeImage(imageId: string): Promise<void> {
    return task(() => {
      this.images.delete(imageId);
    });
  }

  override watch(onEnd: (end: InstanceEnd) => void, signal: AbortSignal): Promise<void> {
    this.watchers.add(onEnd);
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        this.watchers.delete(onEnd);
        resolve();
      });
    });
  }

  private halt(held: Held, exitCode: number): void {
    Object.assign(held, { state: 'stopped', exitCode });
    for (const tell of this.watchers) tell({ id: held.spec.id, exitCode });
  }

  private held(id: string): Held {
    const held = this.instances.get(id);
    if (!held) throw new NotFound('The engine has no such server.');
    return held;
  }

  private shown(id: string): Instance {
    const { state, exitCode } = this.held(id);
    return { id, engineId: `fake-${id}`, state, exitCode };
  }
}

/** Errors of a port's methods are rejections, never thrown at once. */
function task<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}
