import { Readable } from 'node:stream';
import type { ByteSpan, ObjectBackend } from '../backend/object-backend.js';
import type { StoredObject } from './stored-object.js';

/** A run of bytes of one blob. */
export interface ContentPart {
  readonly blobId: string;
  readonly start: number;
  readonly length: number;
}

/** What a reader of an object gets: its own bytes, or those of a large object's segments one after the other. */
export interface ObjectContent {
  readonly object: StoredObject;
  /** As it stands in the header: bare for a plain object, quoted for a large one. */
  readonly etag: string;
  readonly length: number;
  readonly large: 'slo' | 'dlo' | undefined;
  readonly parts: readonly ContentPart[];
}

/** The parts, cut to the span. */
export function partsWithin(parts: readonly ContentPart[], span: ByteSpan): ContentPart[] {
  const cut: ContentPart[] = [];
  let offset = 0;
  for (const part of parts) {
    const start = Math.max(span.start - offset, 0);
    const end = Math.min(span.end - offset, part.length - 1);
    if (start <= end) cut.push({ blobId: part.blobId, start: part.start + start, length: end - start + 1 });
    offset += part.length;
  }
  return cut;
}

async function* readParts(backend: ObjectBackend, parts: readonly ContentPart[]): AsyncGenerator<Buffer> {
  for (const { blobId, start, length } of parts) {
    if (length === 0) continue;
    yield* (await backend.read(blobId, { start, end: start + length - 1 })) as AsyncIterable<Buffer>;
  }
}

/** Opens the content, or a span of it. Throws `BlobMissing` when a plain object was replaced meanwhile. */
export async function openContent(backend: ObjectBackend, content: ObjectContent, span?: ByteSpan): Promise<Readable> {
  const parts = span ? partsWithin(content.parts, span) : content.parts;
  const [only] = parts;
  if (!only || content.length === 0) return Readable.from([]);
  if (parts.length > 1) return Readable.from(readParts(backend, parts), { objectMode: false });
  return backend.read(only.blobId, { start: only.start, end: only.start + only.length - 1 });
}
