import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BlobMissing, BlobTooLarge, type ObjectBackend } from './object-backend.js';

export interface BackendUnderTest {
  readonly backend: ObjectBackend;
  /** Everything that lies in the store, finished or not: an upload that failed must leave nothing. */
  readonly residue: () => Promise<number>;
  readonly close: () => Promise<void>;
}

const MAX = 64 * 1024 * 1024;

/** The parts one after the other; an error breaks the stream off. */
function chunks(...parts: (Uint8Array | Error)[]): Readable {
  async function* each(): AsyncIterable<Uint8Array> {
    for (const part of parts) {
      await Promise.resolve();
      if (part instanceof Error) throw part;
      yield part;
    }
  }
  return Readable.from(each(), { objectMode: false });
}

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

async function settledIds(backend: ObjectBackend): Promise<string[]> {
  const ids: string[] = [];
  for await (const batch of backend.settledIds()) ids.push(...batch);
  return ids;
}

/** What every driver of {@link ObjectBackend} must do. */
export function objectBackendContract(name: string, open: () => Promise<BackendUnderTest>): void {
  describe(`object backend ${name}`, () => {
    let it_: BackendUnderTest;
    beforeAll(async () => {
      it_ = await open();
    });
    afterAll(() => it_.close());

    it.each([0, 1, 262_144, 262_145, 524_287, 524_288, 524_289, 3_000_001])(
      'keeps %i bytes and their MD5',
      async (size) => {
        const bytes = Buffer.alloc(size, 'ocx');
        const blob = await it_.backend.store(chunks(bytes.subarray(0, 7), bytes.subarray(7)), MAX);
        expect(blob).toMatchObject({ size, md5: createHash('md5').update(bytes).digest('hex') });
        expect((await bytesOf(await it_.backend.read(blob.id))).equals(bytes)).toBe(true);
        await it_.backend.remove(blob.id);
      },
    );

    it('reads a span', async () => {
      const blob = await it_.backend.store(chunks(Buffer.from('0123456789')), MAX);
      expect((await bytesOf(await it_.backend.read(blob.id, { start: 2, end: 4 }))).toString()).toBe('234');
    });

    it('keeps many uploads at once apart', async () => {
      const stored = await Promise.all(
        Array.from({ length: 8 }, (_, index) => it_.backend.store(chunks(Buffer.alloc(2_000_000, index)), MAX)),
      );
      for (const [index, blob] of stored.entries()) {
        const bytes = await bytesOf(await it_.backend.read(blob.id));
        expect(bytes.equals(Buffer.alloc(2_000_000, index))).toBe(true);
      }
    });

    it.each([0, 2_000_000])('leaves nothing of an upload that fails after %i bytes', async (size) => {
      const before = await it_.residue();
      await expect(it_.backend.store(chunks(Buffer.alloc(size), new Error('gone')), MAX)).rejects.toThrow('gone');
      expect(await it_.residue()).toBe(before);
    });

    it('refuses more than allowed and leaves nothing', async () => {
      const before = await it_.residue();
      await expect(it_.backend.store(chunks(Buffer.alloc(11)), 10)).rejects.toThrow(BlobTooLarge);
      expect(await it_.residue()).toBe(before);
    });

    it('clones to a blob that outlives the first', async () => {
      const first = await it_.backend.store(chunks(Buffer.from('abc')), MAX);
      const second = await it_.backend.clone(first);
      await it_.backend.remove(first.id);
      expect((await bytesOf(await it_.backend.read(second.id))).toString()).toBe('abc');
      await expect(it_.backend.clone(first)).rejects.toThrow(BlobMissing);
    });

    it('hides a blob from the reconciler until it is settled', async () => {
      const blob = await it_.backend.store(chunks(Buffer.from('abc')), MAX);
      expect(await settledIds(it_.backend)).not.toContain(blob.id);
      it_.backend.settle(blob.id);
      expect(await settledIds(it_.backend)).toContain(blob.id);
    });

    it('removes once and again, and says so', async () => {
      const blob = await it_.backend.store(chunks(Buffer.from('abc')), MAX);
      await it_.backend.remove(blob.id);
      await it_.backend.remove(blob.id);
      await expect(it_.backend.read(blob.id)).rejects.toThrow(BlobMissing);
    });

    it('lets a reader finish what is removed meanwhile', async () => {
      const blob = await it_.backend.store(chunks(Buffer.alloc(1_000_000, 1)), MAX);
      const stream = await it_.backend.read(blob.id);
      await it_.backend.remove(blob.id);
      expect((await bytesOf(stream)).length).toBe(1_000_000);
    });

    it('takes no id for a path', async () => {
      await expect(it_.backend.read('../../../etc/passwd')).rejects.toThrow(BlobMissing);
    });
  });
}
