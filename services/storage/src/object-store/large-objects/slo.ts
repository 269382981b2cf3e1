import { createHash } from 'node:crypto';
import type { ManifestSegment } from '../objects/stored-object.js';

/** Limits of static large objects, as `/info` tells them. */
export const SLO_LIMITS = { max_manifest_segments: 1000, max_manifest_size: 8_388_608, min_segment_size: 1 } as const;

/** Bytes of a segment that the large object uses. */
export const segmentLength = (segment: ManifestSegment): number =>
  segment.range ? segment.range.end - segment.range.start + 1 : segment.bytes;

export const sloLength = (segments: readonly ManifestSegment[]): number =>
  segments.reduce((total, segment) => total + segmentLength(segment), 0);

/** MD5 over the segments' Etags, with their ranges; quoted, so that nobody takes it for the content's MD5. */
export function sloEtag(segments: readonly ManifestSegment[]): string {
  const hash = createHash('md5');
  for (const { hash: etag, range } of segments) {
    hash.update(range ? `${etag}:${String(range.start)}-${String(range.end)};` : etag);
  }
  return `"${hash.digest('hex')}"`;
}
