import { describe, expect, it } from 'vitest';
import { readListingQuery, renderListing, selectEntries } from './account-listing.js';

const containers = ['photos-1', 'photos-2', 'z', 'é', 'a<b'].map((name) => ({
  name,
  count: 1,
  bytes: 2,
  last_modified: '2026-01-01T00:00:00.000000',
}));
const query = (text: string, accept = '') => readListingQuery(new URLSearchParams(text), accept);
const names = (text: string) =>
  selectEntries(containers, query(text)).map((entry) => ('subdir' in entry ? `${entry.subdir}*` : entry.name));

describe('an account listing', () => {
  it.each([
    ['', ['a<b', 'photos-1', 'photos-2', 'z', 'é']],
    ['limit=2', ['a<b', 'photos-1']],
    ['marker=photos-1&end_marker=z', ['photos-2']],
    ['reverse=on&limit=2', ['é', 'z']],
    ['reverse=1&marker=photos-2', ['photos-1', 'a<b']],
    ['prefix=photos', ['photos-1', 'photos-2']],
    ['delimiter=-', ['a<b', 'photos-*', 'z', 'é']],
    ['delimiter=-&prefix=photos-', ['photos-1', 'photos-2']],
  ])('with %s', (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  it('is text, JSON or XML, as asked for', () => {
    expect(query('', 'application/json').format).toBe('json');
    expect(query('format=plain', 'application/json').format).toBe('text');
    const [first] = selectEntries(containers, query(''));
    const xml = renderListing('AUTH_"p"', first ? [first] : [], query('format=xml').format).body;
    expect(xml).toContain('<account name="AUTH_&#34;p&#34;"><container><name>a&#60;b</name>');
  });

  it('refuses a limit that is none, or too large', () => {
    expect(() => query('limit=-1')).toThrow();
    expect(() => query('limit=10001')).toThrow('Maximum limit');
  });
});
