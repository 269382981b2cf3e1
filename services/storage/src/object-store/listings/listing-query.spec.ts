import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listNames, type ListingQuery, type NameRange } from './listing-query.js';

const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

function fetchFrom(names: string[]) {
  return (range: NameRange, limit: number) => {
    const sorted = [...new Set(names)].sort(compare);
    if (range.reverse) sorted.reverse();
    const direction = range.reverse ? -1 : 1;
    const inRange = sorted.filter(
      (name) =>
        name.startsWith(range.prefix) &&
        (range.marker === '' || compare(name, range.marker) * direction > 0) &&
        (range.endMarker === '' || compare(name, range.endMarker) * direction < 0),
    );
    return Promise.resolve(inRange.slice(0, limit).map((name) => ({ name })));
  };
}

const query: ListingQuery = {
  prefix: '',
  marker: '',
  endMarker: '',
  delimiter: '/',
  limit: 10_000,
  reverse: false,
  onlyDirect: false,
};
const shown = async (names: string[], changes: Partial<ListingQuery>) =>
  (await listNames({ ...query, ...changes }, fetchFrom(names))).map((row) =>
    'item' in row ? row.item.name : row.subdir,
  );

describe('listing', () => {
  it('jumps over a folder larger than a page', async () => {
    const names = ['a', ...Array.from({ length: 1000 }, (_, index) => `b/${String(index)}`), 'c'];
    expect(await shown(names, {})).toEqual(['a', 'b/', 'c']);
    expect(await shown(names, { reverse: true })).toEqual(['c', 'b/', 'a']);
  });

  it('pages to the same rows, whatever the page size and the names', async () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'ä'), minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(name), fc.integer({ min: 1, max: 4 }), fc.boolean(), async (names, limit, reverse) => {
        const whole = await shown(names, { reverse });
        expect(new Set(whole).size).toBe(whole.length);
        const paged: string[] = [];
        for (let marker = ''; ;) {
          const page = await shown(names, { reverse, limit, marker });
          paged.push(...page);
          marker = page.at(-1) ?? '';
          if (marker === '') break;
        }
        expect(paged).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });
});
