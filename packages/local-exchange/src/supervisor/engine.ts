import { rm } from 'node:fs/promises';
import Docker from 'dockerode';
import { endProcess, isAlive, readPidFile } from './pid-files.js';
import type { StateDirectory } from './state-directory.js';

export const DEFAULT_DOCKER_HOST = 'unix:///var/run/docker.sock';

/** Compute marks what it makes with this label; its value is the landlord's own. */
const LANDLORD_LABEL = 'ocx.landlord';

const ENGINE_PATIENCE_MS = 30_000;

/** Nothing is contacted yet. */
export function connect(dockerHost: string): Docker {
  const url = new URL(dockerHost);
  if (url.protocol === 'unix:') return new Docker({ socketPath: url.pathname });
  return new Docker({ protocol: 'http', host: url.hostname, port: Number(url.port || 2375) });
}

function hasStatus(error: unknown, ...statuses: readonly number[]): boolean {
  return error instanceof Error && 'statusCode' in error && statuses.includes(error.statusCode as number);
}

/** What landlords left at the container engine, found by their labels alone, and the engine itself if set-up started it. */
export class Engine {
  private readonly docker: Docker;

  constructor(
    private readonly directory: StateDirectory,
    readonly dockerHost: string,
  ) {
    this.docker = connect(dockerHost);
  }

  private async containersOf(label: string) {
    return this.docker.listContainers({ all: true, filters: { label: [`${LANDLORD_LABEL}=${label}`] } });
  }

  /** Rented containers of this landlord that run although its service has ended. */
  async stopContainers(label: string): Promise<number> {
    const running = (await this.containersOf(label)).filter(({ State }) => State === 'running' || State === 'paused');
    await Promise.all(
      running.map(async ({ Id }) => {
        try {
          await this.docker.getContainer(Id).stop({ t: 2 });
        } catch (error) {
          if (!hasStatus(error, 304, 404)) throw error;
        }
      }),
    );
    return running.length;
  }

  /** Everything a landlord made: containers, networks, images. */
  async removeAll(label: string): Promise<number> {
    const containers = await this.containersOf(label);
    await Promise.all(
      containers.map(({ Id }) => this.ignoreGone(this.docker.getContainer(Id).remove({ force: true, v: true }))),
    );
    const networks = await this.docker.listNetworks({ filters: { label: [`${LANDLORD_LABEL}=${label}`] } });
    await Promise.all(networks.map(({ Id }) => this.ignoreGone(this.docker.getNetwork(Id).remove())));
    const images = (await this.docker.listImages()).flatMap(({ RepoTags }) =>
      (RepoTags ?? []).filter((tag) => tag.startsWith(`ocx-${label}/`)),
    );
    for (const image of images) await this.ignoreGone(this.docker.getImage(image).remove({ force: true }));
    return containers.length + networks.length + images.length;
  }

  /** Unless a container uses it. */
  async removeUnusedImage(image: string): Promise<void> {
    try {
      await this.docker.getImage(image).remove();
    } catch (error) {
      if (!hasStatus(error, 404, 409)) throw error;
    }
  }

  async answers(): Promise<boolean> {
    return this.docker.ping().then(
      () => true,
      () => false,
    );
  }

  /**
   * Ends the engine if set-up started it. Somebody else's containers keep it alive: whoever began to use it meanwhile is
   * not to be cut off. Says what it did.
   */
  async stopIfOurs(): Promise<'not ours' | 'stopped' | 'in use'> {
    const file = this.directory.at('engine.pid');
    const identity = await readPidFile(file);
    if (identity === undefined || !isAlive(identity)) {
      await rm(file, { force: true });
      return 'not ours';
    }
    if ((await this.docker.listContainers()).length > 0) return 'in use';
    await endProcess(identity, ENGINE_PATIENCE_MS);
    await rm(file, { force: true });
    return 'stopped';
  }

  private async ignoreGone(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
    }
  }
}
