import { randomUUID } from 'node:crypto';
import { type FileHandle, link, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { BlobMissing, type ByteSpan, ObjectBackend, type StoredBlob } from '../object-backend.js';
import { BlobWriter } from './blob-writer.js';
import { DigestPool } from './digest-pool.js';
import { EarlySync } from './early-sync.js';

// Of every reader at once, and of what the garbage collector has not seen yet: larger blocks read no faster over HTTP.
const READ_BLOCK_BYTES = 64 * 1024;
const BLOB_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SHARDS = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';

/**
 * One file per blob on a local file system: written under `incoming/`, synced, renamed to `blobs/<2 hex>/<id>`, and the
 * directory synced, so that a power cut leaves a whole blob or none. One process per directory.
 */
export class LocalDiskBackend extends ObjectBackend {
  private readonly unsettled = new Set<string>();
  private readonly pool = new DigestPool();
  private readonly earlySync = new EarlySync();

  private constructor(
    private readonly blobs: string,
    private readonly incoming: string,
  ) {
    super();
  }

  /** Makes the directories, and drops what uploads of an earlier process left unfinished. */
  static async open(directory: string): Promise<LocalDiskBackend> {
    const blobs = join(directory, 'blobs');
    const incoming = join(directory, 'incoming');
    await rm(incoming, { recursive: true, force: true });
    await mkdir(incoming, { recursive: true, mode: 0o700 });
    await mkdir(blobs, { recursive: true, mode: 0o700 });
    await Promise.all(SHARDS.map((shard) => mkdir(join(blobs, shard), { recursive: true, mode: 0o700 })));
    await syncDirectory(blobs);
    await syncDirectory(directory);
    return new LocalDiskBackend(blobs, incoming);
  }

  async store(source: Readable, maxBytes: number): Promise<StoredBlob> {
    const id = randomUUID();
    const temporary = join(this.incoming, id);
    const file = await open(temporary, 'wx', 0o600);
    try {
      const { size, md5 } = await this.fill(file, source, maxBytes);
      this.unsettled.add(id);
      await rename(temporary, this.path(id));
      await syncDirectory(join(this.blobs, id.slice(0, 2)));
      return { id, size, md5 };
    } catch (error) {
      await rm(temporary, { force: true });
      await this.remove(id);
      throw error;
    }
  }

  async clone(blob: StoredBlob): Promise<StoredBlob> {
    const id = randomUUID();
    this.unsettled.add(id);
    try {
      // Blobs are never changed, so two names for the same bytes are as good as two copies.
      await link(this.path(blob.id), this.path(id));
      await syncDirectory(join(this.blobs, id.slice(0, 2)));
      return { ...blob, id };
    } catch (error) {
      await this.remove(id);
      throw isMissing(error) ? new BlobMissing(blob.id) : error;
    }
  }

  settle(id: string): void {
    this.unsettled.delete(id);
  }

  async read(id: string, span?: ByteSpan): Promise<Readable> {
    try {
      const file = await open(this.path(id), 'r');
      return file.createReadStream({ highWaterMark: READ_BLOCK_BYTES, ...span });
    } catch (error) {
      throw isMissing(error) ? new BlobMissing(id) : error;
    }
  }

  async remove(id: string): Promise<void> {
    await rm(this.path(id), { force: true });
    this.unsettled.delete(id);
  }

  async *settledIds(): AsyncIterable<string[]> {
    for (const shard of SHARDS) {
      const names = await readdir(join(this.blobs, shard));
      yield names.filter((name) => BLOB_ID.test(name) && !this.unsettled.has(name));
    }
  }

  /** Ends the worker threads. */
  async close(): Promise<void> {
    await this.pool.end();
  }

  private async fill(file: FileHandle, source: Readable, maxBytes: number) {
    try {
      const written = await new BlobWriter(file, this.pool, this.earlySync, maxBytes).writeAll(source);
      await file.sync();
      return written;
    } finally {
      await file.close();
    }
  }

  private path(id: string): string {
    if (!BLOB_ID.test(id)) throw new BlobMissing(id);
    return join(this.blobs, id.slice(0, 2), id);
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
