import { lastModifiedSeconds, type SwiftTicks } from '@ocx/openstack-api/object-store/timestamps';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

export type Verdict = 'proceed' | 'not-modified' | 'precondition-failed';

function etagMatches(header: string, etag: string): boolean {
  const bare = etag.replaceAll('"', '');
  return header.split(',').some((part) => {
    const candidate = part.trim().replace(/^W\//, '').replaceAll('"', '');
    return candidate === '*' || candidate === bare;
  });
}

function seconds(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string') return undefined;
  const time = Date.parse(header);
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}

/** What a GET's or HEAD's conditions say of an object, in Swift's order. A date that is none is ignored. */
export function checkConditions(headers: Headers, object: { etag: string; timestamp: SwiftTicks }): Verdict {
  const noneMatch = headers['if-none-match'];
  if (typeof noneMatch === 'string' && etagMatches(noneMatch, object.etag)) return 'not-modified';
  const match = headers['if-match'];
  if (typeof match === 'string' && !etagMatches(match, object.etag)) return 'precondition-failed';
  const modified = lastModifiedSeconds(object.timestamp);
  const since = seconds(headers['if-modified-since']);
  if (since !== undefined && modified <= since) return 'not-modified';
  const unmodifiedSince = seconds(headers['if-unmodified-since']);
  if (unmodifiedSince !== undefined && modified > unmodifiedSince) return 'precondition-failed';
  return 'proceed';
}

/** Whether `Range` still means this object (RFC 9110 section 13.1.5). */
export function rangeStillApplies(headers: Headers, object: { etag: string; timestamp: SwiftTicks }): boolean {
  const ifRange = headers['if-range'];
  if (typeof ifRange !== 'string') return true;
  const date = seconds(ifRange);
  if (date !== undefined && !ifRange.startsWith('"')) return lastModifiedSeconds(object.timestamp) <= date;
  return etagMatches(ifRange, object.etag);
}
