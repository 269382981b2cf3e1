/** Which names of a listing, in which order. Names compare by their bytes. */
export interface NameRange {
  readonly prefix: string;
  /** Only names after this one, in the direction of the listing. */
  readonly marker: string;
  /** Only names before this one, in the direction of the listing. */
  readonly endMarker: string;
  readonly reverse: boolean;
}

/** What a client asks of a listing. */
export interface ListingQuery extends NameRange {
  readonly limit: number;
  /** Empty for none. Names are rolled up to the first delimiter after the prefix. */
  readonly delimiter: string;
  /** Only what lies directly under `prefix`, without what is rolled up. */
  readonly onlyDirect: boolean;
}

export type ListingRow<T> = { readonly subdir: string } | { readonly item: T };

/** Fetches at most `limit` items in the range, ordered by the bytes of their names, backwards if `reverse`. */
export type FetchNames<T> = (range: NameRange, limit: number) => Promise<T[]>;

const PAGE = 1_000;
// With a delimiter much of a page may be rolled up, so smaller ones are read and a long folder is jumped over.
const ROLLED_UP_PAGE = 128;
// Above every name that starts with what stands before it.
const LAST_CHARACTER = '\u{10FFFF}';

/**
 * One page of a listing. Names under a rolled-up prefix are skipped by an index seek, not read one by one, so that a
 * folder of a million objects costs as little as a folder of a hundred.
 */
export async function listNames<T extends { name: string }>(
  query: ListingQuery,
  fetch: FetchNames<T>,
): Promise<ListingRow<T>[]> {
  const rows: ListingRow<T>[] = [];
  const pageSize = query.delimiter === '' ? PAGE : ROLLED_UP_PAGE;
  let folder: string | undefined;
  let { marker } = query;
  while (rows.length < query.limit) {
    const wanted = Math.min(pageSize, query.limit - rows.length);
    const page = await fetch({ ...query, marker }, wanted);
    for (const item of page) {
      const subdir = subdirOf(item.name, query);
      if (subdir === undefined) {
        if (!(query.onlyDirect && item.name === query.prefix)) rows.push({ item });
      } else if (subdir !== folder && subdir !== query.marker && !query.onlyDirect) {
        rows.push({ subdir });
      }
      folder = subdir;
      marker = item.name;
    }
    if (page.length < wanted) break;
    if (folder !== undefined) marker = query.reverse ? folder : folder + LAST_CHARACTER;
  }
  return rows;
}

function subdirOf(name: string, query: ListingQuery): string | undefined {
  if (query.delimiter === '') return undefined;
  const end = name.indexOf(query.delimiter, query.prefix.length);
  if (end < 0) return undefined;
  // With `path`, a name that ends in the delimiter is itself a folder's placeholder and is shown.
  if (query.onlyDirect && end + query.delimiter.length === name.length) return undefined;
  return name.slice(0, end + query.delimiter.length);
}
