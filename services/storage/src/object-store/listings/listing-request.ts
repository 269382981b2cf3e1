import { NotAcceptable, PreconditionFailed } from '@ocx/service-kit/errors';
import type { ListingQuery } from './listing-query.js';

export type ListingFormat = 'text' | 'json' | 'xml';

const CONTENT_TYPES: readonly (readonly [string, ListingFormat])[] = [
  ['text/plain', 'text'],
  ['application/json', 'json'],
  ['application/xml', 'xml'],
  ['text/xml', 'xml'],
];
const FORMATS: Readonly<Record<string, ListingFormat>> = { plain: 'text', json: 'json', xml: 'xml' };

/** Reads a listing's query string. A limit that is no number is ignored, as Swift does; one too large is refused. */
export function parseListingQuery(query: URLSearchParams, maxLimit: number): ListingQuery {
  const given = query.get('limit') ?? '';
  const limit = /^\d+$/.test(given) ? Number(given) : maxLimit;
  if (limit > maxLimit) throw new PreconditionFailed(`Maximum limit is ${String(maxLimit)}`);
  for (const name of ['prefix', 'marker', 'end_marker', 'delimiter', 'path']) {
    if (query.get(name)?.includes('\0') === true) throw new PreconditionFailed('Invalid UTF8 or contains NULL');
  }
  const path = query.get('path');
  return {
    limit,
    prefix: path === null ? (query.get('prefix') ?? '') : path === '' ? '' : `${path.replace(/\/+$/, '')}/`,
    delimiter: path === null ? (query.get('delimiter') ?? '') : '/',
    onlyDirect: path !== null,
    marker: query.get('marker') ?? '',
    endMarker: query.get('end_marker') ?? '',
    reverse: /^(true|1|yes|on|t|y)$/i.test(query.get('reverse') ?? ''),
  };
}

/** `format` outranks `Accept`. Throws {@link NotAcceptable} when none of Swift's forms will do. */
export function negotiateFormat(query: URLSearchParams, accept: string | undefined): ListingFormat {
  const format = query.get('format');
  if (format !== null && format !== '') return FORMATS[format.toLowerCase()] ?? 'text';
  if (accept === undefined || accept.trim() === '') return 'text';
  let best: { format: ListingFormat; quality: number } | undefined;
  for (const [type, candidate] of CONTENT_TYPES) {
    const quality = qualityOf(type, accept);
    if (quality > (best?.quality ?? 0)) best = { format: candidate, quality };
  }
  if (!best) throw new NotAcceptable('The listing is offered as text/plain, application/json and application/xml.');
  return best.format;
}

function qualityOf(type: string, accept: string): number {
  let quality = 0;
  let precision = -1;
  for (const part of accept.split(',')) {
    const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const exactness = range === type ? 2 : range === `${type.split('/')[0] ?? ''}/*` ? 1 : range === '*/*' ? 0 : -1;
    if (exactness <= precision) continue;
    precision = exactness;
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    quality = q === undefined ? 1 : Number(q.slice(2)) || 0;
  }
  return quality;
}
