import { InvalidInput } from '@ocx/service-kit/errors';

/** One row of a merged list with what it is sorted by. */
export interface SortableRow {
  readonly id: string;
  readonly keys: Readonly<Record<string, string | number | null>>;
}

export interface SortOrder {
  readonly key: string;
  readonly descending: boolean;
}

function compareValues(left: string | number | null, right: string | number | null): number {
  if (left === right) return 0;
  if (left === null) return -1;
  if (right === null) return 1;
  return left < right ? -1 : 1;
}

/** Sorts by the orders in turn; ties by id in the direction of the last order, so that pages never overlap. */
export function sortRows<T extends SortableRow>(rows: readonly T[], orders: readonly SortOrder[]): T[] {
  const last = orders.at(-1)?.descending === true ? -1 : 1;
  return [...rows].sort((left, right) => {
    for (const { key, descending } of orders) {
      const order = compareValues(left.keys[key] ?? null, right.keys[key] ?? null);
      if (order !== 0) return descending ? -order : order;
    }
    return compareValues(left.id, right.id) * last;
  });
}

/** Where a row would stand that is not in the merged list itself (filtered out, or its landlord dropped it). */
function indexAfter(rows: readonly SortableRow[], marker: SortableRow, orders: readonly SortOrder[]): number {
  const present = rows.findIndex(({ id }) => id === marker.id);
  if (present >= 0) return present + 1;
  return sortRows([...rows, marker], orders).findIndex(({ id }) => id === marker.id);
}

/** The page after `marker`, and whether there is more. `marker` comes from the index; unknown there is an error. */
export function pageOf<T extends SortableRow>(
  rows: readonly T[],
  page: { orders: readonly SortOrder[]; limit: number; marker?: SortableRow | undefined },
): { rows: T[]; more: boolean } {
  const sorted = sortRows(rows, page.orders);
  const start = page.marker === undefined ? 0 : indexAfter(sorted, page.marker, page.orders);
  return { rows: sorted.slice(start, start + page.limit), more: sorted.length > start + page.limit };
}

const asList = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

/** `sort_key` and `sort_dir` as Nova and Cinder take them: the nth direction belongs to the nth key. */
export function sortOrders(
  query: { sort_key?: string | string[] | undefined; sort_dir?: string | string[] | undefined },
  columns: Readonly<Record<string, string>>,
): SortOrder[] {
  const keys = asList(query.sort_key);
  const directions = asList(query.sort_dir);
  if (directions.length > Math.max(keys.length, 1))
    throw new InvalidInput('Sort direction size exceeds sort key size.');
  const orders = (keys.length === 0 ? ['created_at'] : keys).map((name, index) => {
    const key = columns[name];
    if (key === undefined) throw new InvalidInput(`Sort key supplied is invalid: ${name}`);
    const direction = directions[index] ?? directions[0] ?? 'desc';
    if (direction !== 'asc' && direction !== 'desc') throw new InvalidInput(`Unknown sort direction: ${direction}`);
    return { key, descending: direction === 'desc' };
  });
  return orders;
}

/** The query of a list as it was asked, for the link to its next page. */
export function queryParameters(query: Readonly<Record<string, string | string[]>>): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const item of [value].flat()) parameters.append(key, item);
  }
  return parameters;
}
