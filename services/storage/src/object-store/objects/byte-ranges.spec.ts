import { describe, expect, it } from 'vitest';
import { parseRanges } from './byte-ranges.js';

describe('Range', () => {
  it.each([
    ['bytes=0-4', 10, [{ start: 0, end: 4 }]],
    ['bytes=-4', 10, [{ start: 6, end: 9 }]],
    ['bytes=-40', 10, [{ start: 0, end: 9 }]],
    [
      'bytes=0-0,8-',
      10,
      [
        { start: 0, end: 0 },
        { start: 8, end: 9 },
      ],
    ],
    ['bytes=20-30,1-2', 10, [{ start: 1, end: 2 }]],
    ['bytes=-0', 10, []],
    ['bytes=0-', 0, []],
    ['bytes=', 10, undefined],
    ['bytes=x-y', 10, undefined],
    ['bytes=5-2', 10, undefined],
    ['items=0-1', 10, undefined],
    [undefined, 10, undefined],
  ])('%s of %i', (header, length, expected) => {
    expect(parseRanges(header, length)).toEqual(expected);
  });

  it('serves no request for the same bytes over and over', () => {
    expect(parseRanges(`bytes=${Array(51).fill('0-0').join(',')}`, 10)).toEqual([]);
    expect(parseRanges('bytes=0-9,0-9,0-9,0-9', 10)).toEqual([]);
    const backwards = Array.from({ length: 11 }, (_, index) => `${String(20 - index)}-${String(20 - index)}`).join(',');
    expect(parseRanges(`bytes=${backwards}`, 100)).toEqual([]);
  });
});
