import { constants } from 'node:fs';
import { mkdir, open, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Uuid } from '@ocx/openstack-api/ids';
import { Conflict, NotFound } from '@ocx/service-kit/errors';
import { parse } from '@ocx/service-kit/validation';
import { GIB, type StoredVolume, VolumeBackend } from '../volume-backend.js';

const BLOCK_BYTES = 512;

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** One sparse raw file per volume. The file's size says that the volume is whole: it is set last. */
export class LocalFilesBackend extends VolumeBackend {
  /** @param directory absolute; made with mode 0700 */
  constructor(private readonly directory: string) {
    super();
  }

  async create(id: string, gib: number): Promise<void> {
    const path = this.path(id);
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const file = await open(path, constants.O_CREAT | constants.O_RDWR | constants.O_NOFOLLOW, 0o600);
    try {
      const { size } = await file.stat();
      if (size !== 0 && size !== gib * GIB) throw new Conflict(`Volume ${id} exists with another size.`);
      await file.truncate(gib * GIB);
      await file.sync();
    } finally {
      await file.close();
    }
    await this.syncDirectory();
  }

  async extend(id: string, gib: number): Promise<void> {
    const { size } = await this.show(id);
    if (gib * GIB < size) throw new Conflict(`Volume ${id} cannot shrink.`);
    const file = await open(this.path(id), 'r+');
    try {
      await file.truncate(gib * GIB);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async delete(id: string): Promise<void> {
    try {
      await unlink(this.path(id));
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    await this.syncDirectory();
  }

  async flush(id: string): Promise<void> {
    await this.show(id);
    const file = await open(this.path(id), 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async show(id: string): Promise<StoredVolume> {
    try {
      const { size, blocks } = await stat(this.path(id));
      return { id, size, allocated: blocks * BLOCK_BYTES };
    } catch (error) {
      if (isMissing(error)) throw new NotFound(`Volume ${id} could not be found.`);
      throw error;
    }
  }

  async exportable(id: string): Promise<string> {
    await this.show(id);
    return this.path(id);
  }

  private path(id: string): string {
    return join(this.directory, `${parse(Uuid, id)}.raw`);
  }

  private async syncDirectory(): Promise<void> {
    const directory = await open(this.directory, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }
}
