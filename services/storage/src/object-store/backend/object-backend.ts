import type { Readable } from 'node:stream';

/** Bytes at rest. Its id is random and means nothing outside the backend. */
export interface StoredBlob {
  readonly id: string;
  readonly size: number;
  /** Lower-case hex MD5 of the bytes: Swift's Etag. */
  readonly md5: string;
}

/** First and last byte, both included. */
export interface ByteSpan {
  readonly start: number;
  readonly end: number;
}

/** The blob was removed, or never existed. */
export class BlobMissing extends Error {
  override name = 'BlobMissing';
}

/** More bytes came than were allowed. */
export class BlobTooLarge extends Error {
  override name = 'BlobTooLarge';
}

/**
 * Where objects' bytes are kept: write once, read many, removed whole. A blob belongs to nobody until a row names it; so
 * one stored here stays "unsettled", hidden from {@link settledIds}, until the caller says that its row was
 * committed or given up.
 */
export abstract class ObjectBackend {
  /**
   * Stores all bytes of `source`. Resolves when they would survive a power cut; on any error nothing is left.
   * Memory is bounded whatever the size, and the memory of the chunks is taken over: their maker must not use them again.
   * Throws {@link BlobTooLarge} beyond `maxBytes`, and whatever `source` fails with.
   */
  abstract store(source: Readable, maxBytes: number): Promise<StoredBlob>;

  /** A second blob of the same bytes, as durable as the first. Throws {@link BlobMissing}. */
  abstract clone(blob: StoredBlob): Promise<StoredBlob>;

  /** The row of a stored or cloned blob is committed, or will never be. */
  abstract settle(id: string): void;

  /**
   * Opens before it resolves, so that a removal afterwards does not cut the reader off. The reader may free the chunks.
   * Throws {@link BlobMissing}.
   */
  abstract read(id: string, span?: ByteSpan): Promise<Readable>;

  /** Idempotent. */
  abstract remove(id: string): Promise<void>;

  /** All blobs that are settled, in batches. */
  abstract settledIds(): AsyncIterable<string[]>;
}
