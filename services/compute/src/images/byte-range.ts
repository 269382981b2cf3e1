import { RangeNotSatisfiable } from '@ocx/service-kit/errors';

/** One byte range of RFC 9110, or undefined for the whole: several ranges and other units are not served. */
export function byteRange(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const suffix = match[1] === '';
  const start = suffix ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const end = suffix || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (start >= size || start > end) throw new RangeNotSatisfiable('The requested range is not within the image.');
  return { start, end };
}
