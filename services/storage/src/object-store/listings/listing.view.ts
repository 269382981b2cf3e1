import type { ContainerEntry, ObjectEntry, SubdirEntry } from '@ocx/openstack-api/object-store/listings';
import { formatListingTime } from '@ocx/openstack-api/object-store/timestamps';
import type { Container } from '../containers/container.js';
import { sloEtag, sloLength } from '../large-objects/slo.js';
import type { StoredObject } from '../objects/stored-object.js';
import type { ListingRow } from './listing-query.js';
import type { ListingFormat } from './listing-request.js';

export interface RenderedListing {
  readonly contentType: string;
  readonly body: string;
}

const CONTENT_TYPE = {
  text: 'text/plain; charset=utf-8',
  json: 'application/json; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
} as const;

export const listingContentType = (format: ListingFormat): string => CONTENT_TYPE[format];

export function containerEntry(container: Container): ContainerEntry {
  return {
    name: container.name,
    count: container.objectCount,
    bytes: container.bytesUsed,
    last_modified: formatListingTime(container.timestamp),
  };
}

export function objectEntry(object: StoredObject): ObjectEntry {
  const { segments } = object;
  return {
    name: object.name,
    hash: object.md5,
    bytes: segments ? sloLength(segments) : object.size,
    content_type: object.contentType,
    last_modified: formatListingTime(object.timestamp),
    ...(segments ? { slo_etag: sloEtag(segments) } : {}),
  };
}

/** An account's or a container's listing in one of Swift's three forms. */
export function renderListing<T extends { name: string }>(
  format: ListingFormat,
  of: { element: 'account' | 'container'; entryElement: 'container' | 'object'; name: string },
  rows: readonly ListingRow<T>[],
  entry: (item: T) => Readonly<Record<string, string | number | undefined>>,
): RenderedListing {
  const contentType = CONTENT_TYPE[format];
  if (format === 'text') {
    return { contentType, body: rows.map((row) => `${'item' in row ? row.item.name : row.subdir}\n`).join('') };
  }
  const entries = rows.map((row) => ('item' in row ? entry(row.item) : ({ subdir: row.subdir } satisfies SubdirEntry)));
  if (format === 'json') return { contentType, body: JSON.stringify(entries) };
  const inner = rows.map((row) => ('item' in row ? element(of.entryElement, entry(row.item)) : subdir(row.subdir)));
  return {
    contentType,
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<${of.element} name="${escapeXml(of.name)}">${inner.join('')}</${of.element}>`,
  };
}

function element(name: string, fields: Readonly<Record<string, string | number | undefined>>): string {
  const inner = Object.entries(fields).map(([field, value]) =>
    value === undefined ? '' : `<${field}>${escapeXml(String(value))}</${field}>`,
  );
  return `<${name}>${inner.join('')}</${name}>`;
}

const subdir = (name: string) => `<subdir name="${escapeXml(name)}"><name>${escapeXml(name)}</name></subdir>`;

// Characters that XML 1.0 cannot hold at all become U+FFFD: one odd name must not spoil a whole listing.
function escapeXml(text: string): string {
  return (
    text
      .replace(/[&<>"]/g, (character) => `&#${String(character.charCodeAt(0))};`)
      .replace(/[\t\n\r]/g, (character) => `&#${String(character.charCodeAt(0))};`)
      // eslint-disable-next-line no-control-regex -- these are the characters XML forbids
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
  );
}
