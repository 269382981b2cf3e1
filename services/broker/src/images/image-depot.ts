import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PayloadTooLarge } from '@ocx/service-kit/errors';
import { ProxySettings } from '../proxy/proxy-settings.js';
import type { UploadedContent } from './images.repository.js';

/**
 * Images' bytes on the broker's disk, one file each, named by the image's id and nothing a tenant chose. A file under
 * its final name is whole: it was synced before it was renamed.
 */
@Injectable()
export class ImageDepot implements OnModuleInit {
  private readonly directory: string;

  constructor(private readonly settings: ProxySettings) {
    this.directory = join(settings.dataDir, 'images');
  }

  async onModuleInit(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const left = (await readdir(this.directory)).filter((name) => name.endsWith('.part'));
    await Promise.all(left.map((name) => rm(join(this.directory, name), { force: true })));
  }

  /** Stores the stream while hashing it. Throws {@link PayloadTooLarge}; then nothing is kept. */
  async store(id: string, body: Readable): Promise<UploadedContent> {
    const part = join(this.directory, `${id}.${randomUUID()}.part`);
    const md5 = createHash('md5');
    const sha512 = createHash('sha512');
    let size = 0;
    const meter = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        size += chunk.length;
        md5.update(chunk);
        sha512.update(chunk);
        if (size > this.settings.maxImageBytes) done(new PayloadTooLarge('The image is larger than this cloud takes.'));
        else done(null, chunk);
      },
    });
    try {
      await pipeline(body, meter, createWriteStream(part, { mode: 0o600, flags: 'wx' }));
      await syncPath(part);
      await rename(part, this.file(id));
      await syncPath(this.directory);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
    return { size, md5: md5.digest('hex'), sha512: sha512.digest('hex') };
  }

  read(id: string, range?: { start: number; end: number }): Readable {
    return createReadStream(this.file(id), range ?? {});
  }

  async remove(id: string): Promise<void> {
    await rm(this.file(id), { force: true });
  }

  private file(id: string): string {
    return join(this.directory, id);
  }
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
