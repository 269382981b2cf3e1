import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { BlobTooLarge } from '../object-backend.js';
import type { DigestJob, DigestPool } from './digest-pool.js';

/** Bytes of one block. Two per upload: one fills while the other is hashed and written. */
const BLOCK_BYTES = 256 * 1024;
const MAX_SPARE_BLOCKS = 16;

const spare: SharedArrayBuffer[] = [];

/** Streams bytes into an open file, hashing them on the way, with two blocks of memory whatever the size. */
export class BlobWriter {
  private filling = takeBlock();
  private filled = 0;
  private written = 0;
  private job: DigestJob | undefined;
  private inFlight: { memory: SharedArrayBuffer; done: Promise<void> } | undefined;

  constructor(
    private readonly file: FileHandle,
    private readonly pool: DigestPool,
    private readonly maxBytes: number,
  ) {}

  async writeAll(source: AsyncIterable<Uint8Array>): Promise<{ size: number; md5: string }> {
    try {
      for await (const chunk of source) await this.add(chunk);
      return await this.finish();
    } catch (error) {
      await this.inFlight?.done.catch(() => undefined);
      await this.job?.forget().catch(() => undefined);
      throw error;
    } finally {
      giveBlock(this.filling);
      if (this.inFlight) giveBlock(this.inFlight.memory);
    }
  }

  private async add(chunk: Uint8Array): Promise<void> {
    if (this.written + this.filled + chunk.length > this.maxBytes) throw new BlobTooLarge();
    for (let offset = 0; offset < chunk.length;) {
      const part = chunk.subarray(offset, offset + BLOCK_BYTES - this.filled);
      new Uint8Array(this.filling).set(part, this.filled);
      this.filled += part.length;
      offset += part.length;
      if (this.filled === BLOCK_BYTES) await this.send();
    }
  }

  private async send(): Promise<void> {
    this.job ??= this.pool.start();
    const next = this.inFlight?.memory ?? takeBlock();
    await this.inFlight?.done;
    const memory = this.filling;
    const done = this.job.block(this.file.fd, this.written, memory, this.filled);
    // Awaited by the next block; until then a failure must not count as unhandled.
    done.catch(() => undefined);
    this.inFlight = { memory, done };
    this.written += this.filled;
    this.filling = next;
    this.filled = 0;
  }

  private async finish(): Promise<{ size: number; md5: string }> {
    if (!this.job) return this.finishSmall();
    if (this.filled > 0) await this.send();
    await this.inFlight?.done;
    return { size: this.written, md5: await this.job.finish() };
  }

  // Less than a block: a round trip to a worker would cost more than the hash.
  private async finishSmall(): Promise<{ size: number; md5: string }> {
    const bytes = new Uint8Array(this.filling, 0, this.filled);
    const md5 = createHash('md5').update(bytes).digest('hex');
    for (let done = 0; done < bytes.length;) {
      done += (await this.file.write(bytes, done, bytes.length - done, done)).bytesWritten;
    }
    return { size: bytes.length, md5 };
  }
}

function takeBlock(): SharedArrayBuffer {
  return spare.pop() ?? new SharedArrayBuffer(BLOCK_BYTES);
}

function giveBlock(block: SharedArrayBuffer): void {
  if (spare.length < MAX_SPARE_BLOCKS) spare.push(block);
}
