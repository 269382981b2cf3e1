import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { Conflict, NotFound } from '@ocx/service-kit/errors';
import type { ArchiveKind } from '../hypervisor.js';
import { readManifest, retagged } from './docker-archive.js';
import { engineCall, finish, ignoring } from './engine.js';
import type { EngineNames } from './names.js';

const DEADLINE_MS = 30_000;
const TRANSFER_MS = 600_000;

/** Images at the engine, all under this landlord's own name. */
export class DockerImages {
  constructor(
    private readonly engine: Docker,
    private readonly names: EngineNames,
  ) {}

  async import(imageId: string, kind: ArchiveKind, archive: () => Promise<Readable>): Promise<void> {
    if (kind === 'rootfs') return this.importRootFs(imageId, await archive());
    const { stream, done } = retagged(archive, await readManifest(await archive()), this.names.image(imageId));
    await engineCall('load the image', TRANSFER_MS, async () => {
      await finish('load the image', await this.engine.loadImage(stream));
      await done;
    });
  }

  private async importRootFs(imageId: string, archive: Readable): Promise<void> {
    await engineCall('import the image', TRANSFER_MS, async () => {
      const options = { repo: this.names.imageRepository(imageId), tag: 'latest' };
      await finish('import the image', await this.engine.importImage(archive, options));
    });
  }

  async pull(imageId: string, reference: string): Promise<void> {
    const known = await this.exists(reference);
    await engineCall('pull the image', TRANSFER_MS, async () => {
      await finish('pull the image', await this.engine.pull(reference));
      await this.engine.getImage(reference).tag({ repo: this.names.imageRepository(imageId), tag: 'latest' });
      // The registry's name is not ours to keep, unless somebody else had it before.
      if (!known) await this.engine.getImage(reference).remove();
    });
  }

  async export(imageId: string): Promise<Readable> {
    return engineCall('export the image', DEADLINE_MS, async () => {
      return (await this.engine.getImage(this.names.image(imageId)).get()) as Readable;
    });
  }

  has(imageId: string): Promise<boolean> {
    return this.exists(this.names.image(imageId));
  }

  async remove(imageId: string): Promise<void> {
    const removal = engineCall('remove the image', DEADLINE_MS, () =>
      this.engine.getImage(this.names.image(imageId)).remove({ force: true }),
    );
    await ignoring([NotFound, Conflict], removal);
  }

  private async exists(reference: string): Promise<boolean> {
    try {
      await engineCall('look for the image', DEADLINE_MS, () => this.engine.getImage(reference).inspect());
      return true;
    } catch (error) {
      if (error instanceof NotFound) return false;
      throw error;
    }
  }
}
