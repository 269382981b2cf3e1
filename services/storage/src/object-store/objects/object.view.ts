import { metadataHeaders, titleCase } from '@ocx/openstack-api/object-store/metadata';
import { formatHttpDate, formatTimestamp, lastModifiedSeconds } from '@ocx/openstack-api/object-store/timestamps';
import type { ObjectContent } from './object-content.js';

/** An object's headers on GET and HEAD. */
export function objectHeaders(content: Omit<ObjectContent, 'parts'>): Record<string, string | undefined> {
  const { object, etag, large } = content;
  return {
    'Content-Type': object.contentType,
    Etag: etag,
    'Last-Modified': formatHttpDate(lastModifiedSeconds(object.timestamp)),
    'X-Timestamp': formatTimestamp(object.timestamp),
    'Accept-Ranges': 'bytes',
    ...Object.fromEntries(Object.entries(object.headers).map(([name, value]) => [titleCase(name), value])),
    ...metadataHeaders('object', object.metadata),
    'X-Delete-At': object.deleteAt === null ? undefined : String(object.deleteAt),
    'X-Static-Large-Object': object.segments ? 'True' : undefined,
    'X-Manifest-Etag': large === 'slo' ? object.md5 : undefined,
  };
}
