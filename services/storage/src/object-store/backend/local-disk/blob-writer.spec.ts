import { createHash } from 'node:crypto';
import { type FileHandle, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BlobTooLarge } from '../object-backend.js';
import { BlobWriter } from './blob-writer.js';
import { DigestPool } from './digest-pool.js';
import { EarlySync } from './early-sync.js';

const KIB = 1024;
const BATCH = 512 * KIB;
const MAX = 64 * KIB * KIB;

/** Bytes that no two places have in common for long. */
function pattern(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) bytes.writeUInt32LE(at, at);
  return bytes;
}

/** The bytes in chunks of `size`, each in memory of its own, as a socket's are. */
function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    const own = Buffer.allocUnsafeSlow(part.length);
    part.copy(own);
    yield own;
  }
}

const source = (chunks: Iterable<Buffer>) => Readable.from(chunks, { objectMode: false });

function* failing(bytes: Buffer): Generator<Buffer> {
  yield* cut(bytes, 64 * KIB);
  throw new Error('gone');
}

describe('blob writer', () => {
  let directory: string;
  let file: FileHandle;
  let pool: DigestPool;
  const path = () => join(directory, 'blob');
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ocx-blob-writer-'));
    pool = new DigestPool(2);
  });
  afterAll(async () => {
    await pool.end();
    await rm(directory, { recursive: true, force: true });
  });
  beforeEach(async () => {
    file = await open(path(), 'w');
  });
  afterEach(() => file.close());

  const write = (from: Readable, max = MAX) => new BlobWriter(file, pool, new EarlySync(), max).writeAll(from);

  async function expectWhole(result: { size: number; md5: string }, bytes: Buffer): Promise<void> {
    expect(result).toEqual({ size: bytes.length, md5: createHash('md5').update(bytes).digest('hex') });
    expect((await readFile(path())).equals(bytes)).toBe(true);
  }

  const sizes = [0, 1, 256 * KIB, 256 * KIB + 1, BATCH - 1, BATCH, BATCH + 1, 2 * BATCH, 5 * BATCH + 17];
  it.each(sizes)('keeps %i bytes in chunks of 64 KiB', async (size) => {
    const bytes = pattern(size);
    await expectWhole(await write(source(cut(bytes, 64 * KIB))), bytes);
  });

  it.each([1, 7, 1_000])('keeps bytes that come in chunks of %i', async (chunk) => {
    const bytes = pattern(chunk * 1_500);
    await expectWhole(await write(source(cut(bytes, chunk))), bytes);
  });

  it('keeps chunks larger than a batch', async () => {
    const bytes = pattern(4 * BATCH + 3);
    await expectWhole(await write(source(cut(bytes, 3 * BATCH))), bytes);
  });

  it('leaves memory alone that a chunk shares with others', async () => {
    const bytes = pattern(3 * BATCH);
    const whole = Buffer.from(bytes);
    await expectWhole(await write(source([whole.subarray(0, BATCH), whole.subarray(BATCH)])), bytes);
    expect(whole.equals(bytes)).toBe(true);
  });

  it('frees the memory of the chunks it was given', async () => {
    const chunks = [...cut(pattern(4 * BATCH), 64 * KIB)];
    await write(source(chunks));
    expect(chunks.every((chunk) => chunk.buffer.byteLength === 0)).toBe(true);
  });

  it.each([0, 64 * KIB, BATCH, 3 * BATCH])('fails with its source after %i bytes', async (sent) => {
    await expect(write(source(failing(pattern(sent))))).rejects.toThrow('gone');
  });

  it('fails only when nothing writes to the file any more', async () => {
    const log: string[] = [];
    const job = {
      write: async (_fd: number, position: number) => {
        log.push(`write ${String(position)}`);
        await delay(20);
        log.push(`written ${String(position)}`);
      },
      forget: () => {
        log.push('forget');
        return Promise.resolve();
      },
    };
    const slow = { start: () => job } as unknown as DigestPool;
    const writer = new BlobWriter(file, slow, new EarlySync(), MAX);
    await expect(writer.writeAll(source(failing(pattern(2 * BATCH))))).rejects.toThrow('gone');
    expect(log).toEqual(['write 0', 'written 0', `write ${String(BATCH)}`, `written ${String(BATCH)}`, 'forget']);
  });

  it.each([10, BATCH, 3 * BATCH])('refuses more than %i bytes and leaves the source', async (max) => {
    const from = source(cut(pattern(max + 1), 64 * KIB));
    await expect(write(from, max)).rejects.toThrow(BlobTooLarge);
    expect(from.destroyed).toBe(true);
  });

  it('takes exactly as much as is allowed', async () => {
    const bytes = pattern(BATCH + 5);
    await expectWhole(await write(source(cut(bytes, 64 * KIB)), bytes.length), bytes);
  });

  it.each([1, 20 * BATCH])('fails and leaves the source when %i bytes cannot be written', async (size) => {
    const readOnly = await open(path(), 'r');
    const from = source(cut(pattern(size), 64 * KIB));
    await expect(new BlobWriter(readOnly, pool, new EarlySync(), MAX).writeAll(from)).rejects.toThrow(/EBADF/);
    await readOnly.close();
    expect(from.destroyed).toBe(true);
  });

  it('fails with an early sync, whose error the last one would not see', async () => {
    const early = { offer: () => Promise.reject(new Error('EIO')) } as unknown as EarlySync;
    const writer = new BlobWriter(file, pool, early, MAX);
    await expect(writer.writeAll(source(cut(pattern(3 * BATCH), 64 * KIB)))).rejects.toThrow('EIO');
  });

  it('ends only when its early sync has', async () => {
    let synced = false;
    const offer = () =>
      delay(50).then(() => {
        synced = true;
      });
    const writer = new BlobWriter(file, pool, { offer } as unknown as EarlySync, MAX);
    await writer.writeAll(source(cut(pattern(BATCH), 64 * KIB)));
    expect(synced).toBe(true);
    synced = false;
    const broken = new BlobWriter(file, pool, { offer } as unknown as EarlySync, MAX);
    await expect(broken.writeAll(source(failing(pattern(BATCH))))).rejects.toThrow('gone');
    expect(synced).toBe(true);
  });

  it('keeps many files at once apart, also when one of them fails', async () => {
    const failed = expect(write(source(failing(pattern(2 * BATCH))))).rejects.toThrow('gone');
    const handles = await Promise.all(
      Array.from({ length: 8 }, (_, index) => open(join(directory, `blob-${String(index)}`), 'w')),
    );
    const early = new EarlySync();
    const results = await Promise.all(
      handles.map((handle, index) =>
        new BlobWriter(handle, pool, early, MAX).writeAll(source(cut(Buffer.alloc(3 * BATCH, index), 64 * KIB))),
      ),
    );
    await Promise.all(handles.map((handle) => handle.close()));
    await failed;
    for (const [index, { md5 }] of results.entries()) {
      const bytes = Buffer.alloc(3 * BATCH, index);
      expect(md5).toBe(createHash('md5').update(bytes).digest('hex'));
      expect((await readFile(join(directory, `blob-${String(index)}`))).equals(bytes)).toBe(true);
    }
  });
});
