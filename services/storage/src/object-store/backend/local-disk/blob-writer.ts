import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ownsMemory } from '../../chunk-memory.js';
import { BlobTooLarge } from '../object-backend.js';
import type { DigestJob, DigestPool } from './digest-pool.js';
import type { EarlySync } from './early-sync.js';

/** Bytes of one batch. Two per upload: one is gathered while the other is hashed and written. */
const BATCH_BYTES = 512 * 1024;
/** Chunks of one batch, however small: each costs more memory than its bytes. */
const BATCH_CHUNKS = 64;
/** Up to here a round trip to a worker costs more than the hash. */
const SMALL_BYTES = 256 * 1024;
/** More than a chunk that Node reads from a socket, which would otherwise stop and start the source each time. */
const SINK_BYTES = 128 * 1024;

/** Streams bytes into an open file, hashing them on the way, with two batches of memory whatever the size. */
export class BlobWriter {
  private batch: Uint8Array<ArrayBuffer>[] = [];
  private gathered = 0;
  private sent = 0;
  private job: DigestJob | undefined;
  /** Everything sent so far. Fails with the first batch that does. */
  private work: Promise<void> = Promise.resolve();
  private synced = 0;
  /** Early syncs so far. The disk tells an error to one sync of a file alone, so that the last would not know of it. */
  private syncs: Promise<void> = Promise.resolve();

  constructor(
    private readonly file: FileHandle,
    private readonly pool: DigestPool,
    private readonly earlySync: EarlySync,
    private readonly maxBytes: number,
  ) {}

  /** When it settles, nothing uses the file any more. Takes the chunks' memory, and destroys a source that it leaves. */
  async writeAll(source: Readable): Promise<{ size: number; md5: string }> {
    const sink = new Writable({
      highWaterMark: SINK_BYTES,
      write: (chunk: Buffer, _encoding, done) => {
        this.add(chunk, done);
      },
    });
    try {
      await pipeline(source, sink);
      return await this.finish();
    } catch (error) {
      await this.work.catch(() => undefined);
      await this.syncs.catch(() => undefined);
      await this.job?.forget().catch(() => undefined);
      throw error;
    }
  }

  // Nothing here waits for a promise unless a batch is full: that would cost more than all else done for a chunk.
  private add(chunk: Uint8Array, done: (error?: Error) => void): void {
    if (this.sent + this.gathered + chunk.length > this.maxBytes) {
      done(new BlobTooLarge());
      return;
    }
    // A copy changes threads where the chunk's memory holds more than the chunk.
    this.batch.push(ownsMemory(chunk) ? chunk : new Uint8Array(chunk));
    this.gathered += chunk.length;
    if (this.gathered < BATCH_BYTES && this.batch.length < BATCH_CHUNKS) {
      done();
      return;
    }
    this.send().then(() => {
      done();
    }, done);
  }

  /** Sends the batch once the one before it is written, and resolves then. */
  private send(): Promise<void> {
    const job = this.digest();
    const { batch, sent: position, work: before } = this;
    const end = position + this.gathered;
    this.work = before.then(async () => {
      await job.write(this.file.fd, position, batch);
      this.offerSync(end);
    });
    // Awaited by the next batch; until then a failure must not count as unhandled.
    this.work.catch(() => undefined);
    this.batch = [];
    this.sent = end;
    this.gathered = 0;
    return before;
  }

  private offerSync(written: number): void {
    const sync = this.earlySync.offer(this.file, written - this.synced);
    if (!sync) return;
    this.synced = written;
    const { syncs: before } = this;
    this.syncs = sync.then(() => before);
    this.syncs.catch(() => undefined);
  }

  private async finish(): Promise<{ size: number; md5: string }> {
    if (!this.job && this.gathered <= SMALL_BYTES) return this.finishSmall();
    if (this.gathered > 0) await this.send();
    await this.work;
    await this.syncs;
    return { size: this.sent, md5: await this.digest().finish() };
  }

  private digest(): DigestJob {
    return (this.job ??= this.pool.start());
  }

  private async finishSmall(): Promise<{ size: number; md5: string }> {
    const bytes = Buffer.concat(this.batch);
    const md5 = createHash('md5').update(bytes).digest('hex');
    for (let done = 0; done < bytes.length;) {
      done += (await this.file.write(bytes, done, bytes.length - done, done)).bytesWritten;
    }
    return { size: bytes.length, md5 };
  }
}
