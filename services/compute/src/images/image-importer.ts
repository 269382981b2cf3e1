import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { InvalidInput } from '@ocx/service-kit/errors';
import { COMPUTE_SETTINGS, type ComputeSettings } from '../compute.config.js';
import { Hypervisor } from '../hypervisor/hypervisor.js';
import { type ArchiveLimits, asTar, inspectArchive } from './archive-inspector.js';
import { archiveKind, type Image } from './image.js';
import { ImageFiles, type StoredFile } from './image-files.js';

/** What the image must turn out to be; from the exchange's record of it. */
export interface ImagePin {
  readonly size: number;
  readonly sha512: string;
}

const MAX_ENTRIES = 500_000;

/** Takes an image's bytes in: to disk, through the checks, to the engine. On failure nothing of them is kept. */
@Injectable()
export class ImageImporter {
  private readonly limits: ArchiveLimits;

  constructor(
    private readonly files: ImageFiles,
    private readonly hypervisor: Hypervisor,
    @Inject(COMPUTE_SETTINGS) settings: ComputeSettings,
  ) {
    this.limits = { maxBytes: settings.OCX_IMAGE_MAX_UNPACKED_BYTES, maxEntries: MAX_ENTRIES };
  }

  async take(image: Image, source: Readable, pin?: ImagePin): Promise<StoredFile & { virtualSize: number }> {
    const kind = archiveKind(image);
    try {
      const stored = await this.files.receive(image.id, source, pin?.size);
      if (pin && (stored.size !== pin.size || stored.sha512 !== pin.sha512)) {
        throw new InvalidInput("The image is not the one of the exchange's record: size or SHA-512 differ.");
      }
      const virtualSize = await inspectArchive(this.files.readPartial(image.id), kind, this.limits);
      await this.hypervisor.importImage(image.id, kind, () => asTar(this.files.readPartial(image.id), this.limits));
      await this.files.keep(image.id);
      return { ...stored, virtualSize };
    } catch (error) {
      await this.files.discard(image.id);
      await this.hypervisor.removeImage(image.id);
      throw error;
    }
  }

  /** Has the engine pull the image, and keeps its bytes like those of an upload. */
  async pull(image: Image, reference: string): Promise<StoredFile & { virtualSize: number }> {
    await this.hypervisor.pullImage(image.id, reference);
    return this.take(image, await this.hypervisor.exportImage(image.id));
  }

  /** Gives the engine an image that it lost. */
  async restore(image: Image): Promise<void> {
    const archive = () => asTar(this.files.read(image.id), this.limits);
    await this.hypervisor.importImage(image.id, archiveKind(image), archive);
  }

  async remove(id: string): Promise<void> {
    await this.hypervisor.removeImage(id);
    await this.files.remove(id);
  }
}
