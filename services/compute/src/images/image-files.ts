import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable } from '@nestjs/common';
import { PayloadTooLarge } from '@ocx/service-kit/errors';
import { COMPUTE_SETTINGS, type ComputeSettings } from '../compute.config.js';

export interface StoredFile {
  readonly size: number;
  readonly md5: string;
  readonly sha512: string;
}

/** The bytes of images as they were sent: what a download returns and an engine that lost an image gets again. */
@Injectable()
export class ImageFiles {
  private readonly directory: string;

  constructor(@Inject(COMPUTE_SETTINGS) private readonly settings: ComputeSettings) {
    this.directory = join(settings.OCX_DATA_DIR, 'images');
  }

  /** Streams to disk and hashes on the way. Nothing is kept under the image's name before {@link keep}. */
  async receive(id: string, source: Readable, maxBytes = this.settings.OCX_IMAGE_MAX_BYTES): Promise<StoredFile> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const limit = Math.min(maxBytes, this.settings.OCX_IMAGE_MAX_BYTES);
    const md5 = createHash('md5');
    const sha512 = createHash('sha512');
    let size = 0;
    await pipeline(
      source,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          size += chunk.length;
          if (size > limit) throw new PayloadTooLarge('The image is larger than allowed.');
          md5.update(chunk);
          sha512.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(this.partial(id), { mode: 0o600 }),
    );
    return { size, md5: md5.digest('hex'), sha512: sha512.digest('hex') };
  }

  /** Makes the received bytes the image's, durably. */
  async keep(id: string): Promise<void> {
    const file = await open(this.partial(id), 'r');
    await file.sync();
    await file.close();
    await rename(this.partial(id), this.final(id));
    const directory = await open(this.directory, 'r');
    await directory.sync();
    await directory.close();
  }

  async discard(id: string): Promise<void> {
    await rm(this.partial(id), { force: true });
  }

  async remove(id: string): Promise<void> {
    await Promise.all([this.discard(id), rm(this.final(id), { force: true })]);
  }

  readPartial(id: string): Readable {
    return createReadStream(this.partial(id));
  }

  read(id: string, range?: { start: number; end: number }): Readable {
    return createReadStream(this.final(id), range);
  }

  async exists(id: string): Promise<boolean> {
    return stat(this.final(id)).then(
      () => true,
      () => false,
    );
  }

  /** Ids of which there is a file, whole or in part. */
  async list(): Promise<string[]> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    return [...new Set((await readdir(this.directory)).map((name) => name.replace(/\.part$/, '')))];
  }

  // Ids are UUIDs, checked at the border: never a path.
  private final(id: string): string {
    return join(this.directory, id);
  }

  private partial(id: string): string {
    return join(this.directory, `${id}.part`);
  }
}
