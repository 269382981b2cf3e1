import type { ContainerEntry, SubdirEntry } from '@ocx/openstack-api/object-store/listings';
import { InvalidInput, PreconditionFailed } from '@ocx/service-kit/errors';
import { SWIFT_CONSTRAINTS } from '@ocx/openstack-api/object-store/constraints';

export type ListingFormat = 'json' | 'xml' | 'text';

export interface ListingQuery {
  readonly limit: number;
  readonly marker: string;
  readonly endMarker: string;
  readonly prefix: string;
  readonly delimiter: string;
  readonly reverse: boolean;
  readonly format: ListingFormat;
}

const FORMATS: Readonly<Record<string, ListingFormat>> = { json: 'json', xml: 'xml', plain: 'text' };

function formatOf(parameters: URLSearchParams, accept: string): ListingFormat {
  const asked = parameters.get('format');
  if (asked !== null) return FORMATS[asked.toLowerCase()] ?? 'text';
  if (accept.includes('application/json')) return 'json';
  return /(?:application|text)\/xml/.test(accept) ? 'xml' : 'text';
}

export function readListingQuery(parameters: URLSearchParams, accept: string): ListingQuery {
  const most = SWIFT_CONSTRAINTS.account_listing_limit;
  const limit = parameters.get('limit') ?? String(most);
  if (!/^\d{1,9}$/.test(limit)) throw new InvalidInput('limit must be a whole number');
  if (Number(limit) > most) throw new PreconditionFailed(`Maximum limit is ${String(most)}`);
  return {
    limit: Number(limit),
    marker: parameters.get('marker') ?? '',
    endMarker: parameters.get('end_marker') ?? '',
    prefix: parameters.get('prefix') ?? '',
    delimiter: parameters.get('delimiter') ?? '',
    reverse: /^(?:true|1|yes|on|t|y)$/i.test(parameters.get('reverse') ?? ''),
    format: formatOf(parameters, accept),
  };
}

type Entry = ContainerEntry | SubdirEntry;
const nameOf = (entry: Entry) => ('subdir' in entry ? entry.subdir : entry.name);

// Swift sorts names by their bytes of UTF-8, which is not the order of UTF-16 units.
const compareNames = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right));

function inRange(name: string, { marker, endMarker, prefix, reverse }: ListingQuery): boolean {
  const sign = reverse ? -1 : 1;
  return (
    name.startsWith(prefix) &&
    (marker === '' || compareNames(name, marker) * sign > 0) &&
    (endMarker === '' || compareNames(name, endMarker) * sign < 0)
  );
}

/** The page of containers that a query asks for, out of all there are. */
export function selectEntries(containers: readonly ContainerEntry[], query: ListingQuery): Entry[] {
  const { prefix, delimiter, marker } = query;
  const entries = new Map<string, Entry>();
  for (const container of containers) {
    const cut = delimiter === '' ? -1 : container.name.indexOf(delimiter, prefix.length);
    const isRolledUp = cut >= 0 && container.name.startsWith(prefix);
    const name = isRolledUp ? container.name.slice(0, cut + delimiter.length) : container.name;
    if (inRange(name, query) && name !== marker) entries.set(name, isRolledUp ? { subdir: name } : container);
  }
  const sorted = [...entries.values()].sort((left, right) => compareNames(nameOf(left), nameOf(right)));
  if (query.reverse) sorted.reverse();
  return sorted.slice(0, query.limit);
}

const xmlText = (text: string) =>
  text.replace(/[<>&"'\p{Cc}]/gu, (character) => `&#${String(character.codePointAt(0))};`);

function xml(account: string, entries: readonly Entry[]): string {
  const rows = entries.map((entry) =>
    'subdir' in entry
      ? `<subdir name="${xmlText(entry.subdir)}" />`
      : `<container><name>${xmlText(entry.name)}</name><count>${String(entry.count)}</count>` +
        `<bytes>${String(entry.bytes)}</bytes><last_modified>${entry.last_modified}</last_modified></container>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<account name="${xmlText(account)}">${rows.join('')}</account>`;
}

/** A page in the form that was asked for. */
export function renderListing(
  account: string,
  entries: readonly Entry[],
  format: ListingFormat,
): { contentType: string; body: string } {
  if (format === 'json') return { contentType: 'application/json; charset=utf-8', body: JSON.stringify(entries) };
  if (format === 'xml') return { contentType: 'application/xml; charset=utf-8', body: xml(account, entries) };
  const body = entries.map((entry) => `${nameOf(entry)}\n`).join('');
  return { contentType: 'text/plain; charset=utf-8', body };
}
