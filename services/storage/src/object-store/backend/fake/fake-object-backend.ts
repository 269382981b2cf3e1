import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { BlobMissing, BlobTooLarge, type ByteSpan, ObjectBackend, type StoredBlob } from '../object-backend.js';

/** Keeps blobs in memory. For tests only. */
export class FakeObjectBackend extends ObjectBackend {
  private readonly blobs = new Map<string, Buffer>();
  private readonly unsettled = new Set<string>();

  async store(source: Readable, maxBytes: number): Promise<StoredBlob> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of source as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw new BlobTooLarge();
      chunks.push(chunk);
    }
    return this.keep(Buffer.concat(chunks));
  }

  clone(blob: StoredBlob): Promise<StoredBlob> {
    const bytes = this.blobs.get(blob.id);
    return bytes ? Promise.resolve(this.keep(bytes)) : Promise.reject(new BlobMissing(blob.id));
  }

  /** Blobs held, settled or not. */
  get count(): number {
    return this.blobs.size;
  }

  settle(id: string): void {
    this.unsettled.delete(id);
  }

  read(id: string, span?: ByteSpan): Promise<Readable> {
    const bytes = this.blobs.get(id);
    if (!bytes) return Promise.reject(new BlobMissing(id));
    return Promise.resolve(Readable.from([Buffer.from(span ? bytes.subarray(span.start, span.end + 1) : bytes)]));
  }

  remove(id: string): Promise<void> {
    this.blobs.delete(id);
    this.unsettled.delete(id);
    return Promise.resolve();
  }

  async *settledIds(): AsyncIterable<string[]> {
    yield await Promise.resolve([...this.blobs.keys()].filter((id) => !this.unsettled.has(id)));
  }

  private keep(bytes: Buffer): StoredBlob {
    const id = randomUUID();
    this.blobs.set(id, bytes);
    this.unsettled.add(id);
    return { id, size: bytes.length, md5: createHash('md5').update(bytes).digest('hex') };
  }
}
