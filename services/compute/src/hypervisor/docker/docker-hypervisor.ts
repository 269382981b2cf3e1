import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { Conflict, NotFound } from '@ocx/service-kit/errors';
import {
  type ArchiveKind,
  Hypervisor,
  type Instance,
  type InstanceEnd,
  type InstanceSpec,
  type NetworkSpec,
} from '../hypervisor.js';
import { demultiplex } from './console.js';
import { containerSpec } from './container-spec.js';
import { DockerImages } from './docker-images.js';
import { DockerNetworks } from './docker-networks.js';
import { engineCall, ignoring, unlessSo } from './engine.js';
import { HostFirewall } from './host-firewall.js';
import { packFiles } from './instance-files.js';
import { type EngineNames, SERVER_LABEL } from './names.js';

const DEADLINE_MS = 30_000;
const STORAGE_WITH_QUOTA = ['btrfs', 'zfs', 'devicemapper'];

/** Every server is a container of one Docker engine (API 1.41 or newer). */
export class DockerHypervisor extends Hypervisor {
  private readonly images: DockerImages;
  private readonly networks: DockerNetworks;
  private limitsDisk = false;

  constructor(
    private readonly engine: Docker,
    private readonly names: EngineNames,
    private readonly firewall: HostFirewall,
  ) {
    super();
    this.images = new DockerImages(engine, names);
    this.networks = new DockerNetworks(engine, names);
  }

  override async prepare(): Promise<void> {
    this.networks.forget();
    const info = (await engineCall('answer', DEADLINE_MS, () => this.engine.info())) as { Driver?: string };
    this.limitsDisk = STORAGE_WITH_QUOTA.includes(info.Driver ?? '');
    await this.firewall.protect();
  }

  override release(): Promise<void> {
    return this.firewall.unprotect();
  }

  override ensureNetwork(network: NetworkSpec): Promise<void> {
    return this.networks.ensure(network);
  }

  override removeNetwork(id: string): Promise<void> {
    return this.networks.remove(id);
  }

  override listNetworks(): Promise<readonly string[]> {
    return this.networks.list();
  }

  override async launch(instance: InstanceSpec): Promise<Instance> {
    const [container, files] = await Promise.all([this.create(instance), packFiles(instance.files)]);
    try {
      if (instance.files.length > 0) {
        await engineCall('put files into the server', DEADLINE_MS, (abortSignal) =>
          container.putArchive(files, { path: '/', abortSignal }),
        );
      }
      await engineCall('start the server', DEADLINE_MS, (abortSignal) => container.start({ abortSignal }));
      return { id: instance.id, engineId: container.id, state: 'running', exitCode: null };
    } catch (error) {
      await this.destroy(instance.id);
      throw error;
    }
  }

  private async create(instance: InstanceSpec): Promise<Docker.Container> {
    const spec = containerSpec(instance, this.names, this.limitsDisk);
    const attempt = () =>
      engineCall('create the server', DEADLINE_MS, (abortSignal) =>
        this.engine.createContainer({ ...spec, abortSignal }),
      );
    try {
      return await attempt();
    } catch (error) {
      // The name is the server's id: what has it is the half of a launch that a crash cut in two.
      if (!(error instanceof Conflict)) throw error;
      await this.destroy(instance.id);
      return attempt();
    }
  }

  override async start(id: string): Promise<void> {
    const container = await this.own(id);
    await engineCall('start the server', DEADLINE_MS, (abortSignal) => unlessSo(container.start({ abortSignal })));
  }

  override async stop(id: string, graceSeconds: number): Promise<void> {
    const container = await this.own(id);
    await engineCall('stop the server', DEADLINE_MS + graceSeconds * 1000, (abortSignal) =>
      unlessSo(container.stop({ t: graceSeconds, abortSignal })),
    );
  }

  override async restart(id: string, graceSeconds: number): Promise<void> {
    const container = await this.own(id);
    await engineCall('restart the server', DEADLINE_MS + graceSeconds * 1000, (abortSignal) =>
      container.restart({ t: graceSeconds, abortSignal }),
    );
  }

  override async destroy(id: string): Promise<void> {
    const removal = async () => {
      const container = await this.own(id);
      await engineCall('remove the server', DEADLINE_MS, (abortSignal) =>
        container.remove({ force: true, v: true, abortSignal }),
      );
    };
    // Conflict: the engine is removing it already.
    await ignoring([NotFound, Conflict], removal());
  }

  override async find(id: string): Promise<Instance | undefined> {
    try {
      const container = await this.own(id);
      const { Id, State } = await engineCall('show the server', DEADLINE_MS, (abortSignal) =>
        container.inspect({ abortSignal }),
      );
      return { id, engineId: Id, state: stateOf(State.Status), exitCode: State.Running ? null : State.ExitCode };
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  override async list(): Promise<readonly Instance[]> {
    const containers = await engineCall('list servers', DEADLINE_MS, (abortSignal) =>
      this.engine.listContainers({ all: true, filters: this.names.ours(), abortSignal }),
    );
    return containers.flatMap(({ Id, State, Status, Labels }) => {
      const id = Labels[SERVER_LABEL];
      const exit = /^Exited \((\d+)\)/.exec(Status)?.[1];
      return id === undefined
        ? []
        : [{ id, engineId: Id, state: stateOf(State), exitCode: exit === undefined ? null : Number(exit) }];
    });
  }

  override async consoleOutput(id: string, lines: number | undefined): Promise<string> {
    const container = await this.own(id);
    const output = await engineCall('read the console', DEADLINE_MS, (abortSignal) =>
      container.logs({ stdout: true, stderr: true, tail: lines ?? 10_000, follow: false, abortSignal }),
    );
    return demultiplex(output);
  }

  override importImage(imageId: string, kind: ArchiveKind, archive: () => Promise<Readable>): Promise<void> {
    return this.images.import(imageId, kind, archive);
  }

  override pullImage(imageId: string, reference: string): Promise<void> {
    return this.images.pull(imageId, reference);
  }

  override exportImage(imageId: string): Promise<Readable> {
    return this.images.export(imageId);
  }

  override hasImage(imageId: string): Promise<boolean> {
    return this.images.has(imageId);
  }

  override removeImage(imageId: string): Promise<void> {
    return this.images.remove(imageId);
  }

  override async watch(onEnd: (end: InstanceEnd) => void, signal: AbortSignal): Promise<void> {
    const filters = { type: ['container'], event: ['die'], ...this.names.ours() };
    const events = (await engineCall('tell events', DEADLINE_MS, () =>
      this.engine.getEvents({ filters, abortSignal: signal } as Docker.GetEventsOptions),
    )) as Readable;
    let rest = '';
    try {
      for await (const chunk of events) {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) tellEnd(line, onEnd);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  // The name carries the landlord and the server's id, so it can only be ours.
  private own(id: string): Promise<Docker.Container> {
    return Promise.resolve(this.engine.getContainer(this.names.container(id)));
  }
}

function stateOf(status: string): Instance['state'] {
  if (status === 'running' || status === 'restarting') return 'running';
  if (status === 'paused') return 'paused';
  return status === 'created' ? 'created' : 'stopped';
}

function tellEnd(line: string, onEnd: (end: InstanceEnd) => void): void {
  if (line.trim() === '') return;
  const event = JSON.parse(line) as { Actor?: { Attributes?: Record<string, string> } };
  const attributes = event.Actor?.Attributes ?? {};
  const id = attributes[SERVER_LABEL];
  if (id !== undefined) onEnd({ id, exitCode: Number(attributes['exitCode'] ?? 0) });
}
