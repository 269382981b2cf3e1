import { formatListingTime } from '@ocx/openstack-api/object-store/timestamps';
import type { ManifestSegment } from '../objects/stored-object.js';

const rangeOf = ({ range }: ManifestSegment) => (range ? { range: `${String(range.start)}-${String(range.end)}` } : {});

/** A manifest as `multipart-manifest=get` shows it; `raw` is the form in which it can be put again. */
export function manifestView(segments: readonly ManifestSegment[], form: 'full' | 'raw') {
  return segments.map((segment) =>
    form === 'raw'
      ? {
          path: `/${segment.container}/${segment.object}`,
          etag: segment.hash,
          size_bytes: segment.bytes,
          ...rangeOf(segment),
        }
      : {
          name: `/${segment.container}/${segment.object}`,
          bytes: segment.bytes,
          hash: segment.hash,
          content_type: segment.contentType,
          last_modified: formatListingTime(segment.lastModified),
          ...rangeOf(segment),
        },
  );
}
