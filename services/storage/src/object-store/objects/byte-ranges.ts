import type { ByteSpan } from '../backend/object-backend.js';

// Swift's bounds against requests that ask for the same bytes over and over (CVE-2011-3192's kind).
const MAX_RANGES = 50;
const MAX_OVERLAPS = 2;
const MAX_NON_ASCENDING = 8;

/**
 * The spans of `Range: bytes=…` within `length` bytes. Undefined when there is no valid header, which is then ignored;
 * empty when none can be satisfied, or the request is abusive.
 */
export function parseRanges(header: string | undefined, length: number): ByteSpan[] | undefined {
  const match = /^bytes=(.+)$/i.exec(header?.trim() ?? '');
  if (match?.[1] === undefined) return undefined;
  const spans: ByteSpan[] = [];
  const parts = match[1].split(',');
  for (const part of parts) {
    const range = /^\s*(\d*)\s*-\s*(\d*)\s*$/.exec(part);
    if (!range || (range[1] === '' && range[2] === '')) return undefined;
    const [, first = '', last = ''] = range;
    if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
    const span = spanOf(first, last, length);
    if (span) spans.push(span);
  }
  return parts.length > MAX_RANGES || isAbusive(spans) ? [] : spans;
}

function spanOf(first: string, last: string, length: number): ByteSpan | undefined {
  if (first === '') {
    const suffix = Math.min(Number(last), length);
    return suffix === 0 ? undefined : { start: length - suffix, end: length - 1 };
  }
  if (Number(first) >= length) return undefined;
  return { start: Number(first), end: last === '' ? length - 1 : Math.min(Number(last), length - 1) };
}

function isAbusive(spans: readonly ByteSpan[]): boolean {
  let overlaps = 0;
  let nonAscending = 0;
  for (const [index, span] of spans.entries()) {
    const previous = spans[index - 1];
    if (previous && span.start < previous.start) nonAscending += 1;
    if (spans.slice(0, index).some((other) => span.start <= other.end && other.start <= span.end)) overlaps += 1;
  }
  return overlaps > MAX_OVERLAPS || nonAscending > MAX_NON_ASCENDING;
}
