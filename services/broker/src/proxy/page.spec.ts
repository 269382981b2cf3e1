import { describe, expect, it } from 'vitest';
import { pageOf, queryParameters, sortOrders, sortRows } from './page.js';

const row = (id: string, keys: Record<string, string | number | null> = {}) => ({ id, keys });
const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id).join('');
const COLUMNS = { created_at: 'created', display_name: 'name' };

describe('merged rows', () => {
  const rows = [row('b', { n: 1 }), row('c', { n: 1 }), row('a', { n: 2 }), row('d', { n: null })];

  it('are sorted by each key in turn, ties by id in the last direction, nothing first', () => {
    expect(ids(sortRows(rows, [{ key: 'n', descending: false }]))).toBe('dbca');
    expect(ids(sortRows(rows, [{ key: 'n', descending: true }]))).toBe('acbd');
  });

  it('come in pages that neither overlap nor skip, whatever the size', () => {
    const orders = [{ key: 'n', descending: true }];
    for (const limit of [1, 2, 3, 4, 5]) {
      let seen = '';
      let marker: ReturnType<typeof row> | undefined;
      for (let more = true; more;) {
        const page = pageOf(rows, { orders, limit, marker });
        seen += ids(page.rows);
        marker = page.rows.at(-1);
        more = page.more;
      }
      expect(seen).toBe('acbd');
    }
  });

  it('go on after a marker that is no longer among them', () => {
    const page = pageOf(rows, { orders: [{ key: 'n', descending: false }], limit: 9, marker: row('bb', { n: 1 }) });
    expect(ids(page.rows)).toBe('ca');
  });
});

describe('sort keys of a query', () => {
  it('are newest first by default, and pair with their directions', () => {
    expect(sortOrders({}, COLUMNS)).toEqual([{ key: 'created', descending: true }]);
    expect(sortOrders({ sort_key: ['display_name', 'created_at'], sort_dir: ['asc', 'desc'] }, COLUMNS)).toEqual([
      { key: 'name', descending: false },
      { key: 'created', descending: true },
    ]);
  });

  it.each([
    [{ sort_key: 'host' }, 'invalid: host'],
    [{ sort_key: 'created_at', sort_dir: 'up' }, 'Unknown sort direction'],
    [{ sort_key: 'created_at', sort_dir: ['asc', 'asc'] }, 'exceeds'],
  ])('are refused: %j', (query, message) => {
    expect(() => sortOrders(query, COLUMNS)).toThrow(message);
  });

  it('are kept for the link to the next page', () => {
    expect(queryParameters({ limit: '1', tags: ['a', 'b&c'] }).toString()).toBe('limit=1&tags=a&tags=b%26c');
  });
});
