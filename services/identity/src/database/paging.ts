import {
  And,
  type FindOperator,
  type FindOptionsOrder,
  type FindOptionsWhere,
  LessThan,
  MoreThan,
  Raw,
  type Repository,
} from 'typeorm';
import { type Page, type PageRequest, toPage, unknownMarker } from '../wire/collection.js';

interface Identified {
  readonly id: string;
}

/** The rows that come after the marker: a condition on their id, whatever they are sorted by. */
async function afterMarker<E extends Identified>(
  rows: Repository<E>,
  { marker, sortKey, descending }: PageRequest,
): Promise<FindOperator<string> | undefined> {
  if (marker === undefined) return undefined;
  if (sortKey === 'id') return descending ? LessThan(marker) : MoreThan(marker);
  if (!(await rows.existsBy({ id: marker } as FindOptionsWhere<E>))) throw unknownMarker(marker);
  const { tablePath } = rows.metadata;
  return Raw(
    (id) => {
      const column = id.replace(/id("?)$/, `${sortKey}$1`);
      const last = `SELECT marker.${sortKey}, marker.id FROM ${tablePath} marker WHERE marker.id = :marker`;
      return `(${column}, ${id}) ${descending ? '<' : '>'} (${last})`;
    },
    { marker },
  );
}

/**
 * One page of the rows that meet a condition. `sortKey` names a column that is never null; the caller's schema says which.
 * Throws {@link InvalidInput} when the rows are sorted by something else than the id, and the marker is none of the table.
 */
export async function findPage<E extends Identified>(
  rows: Repository<E>,
  where: FindOptionsWhere<E> | FindOptionsWhere<E>[],
  request: PageRequest,
): Promise<Page<E>> {
  const after = await afterMarker(rows, request);
  const property = rows.metadata.columns.find(({ databaseName }) => databaseName === request.sortKey)?.propertyName;
  if (property === undefined) throw new Error(`${rows.metadata.tableName} has no column ${request.sortKey}.`);
  const direction = request.descending ? 'DESC' : 'ASC';
  const conditions = (Array.isArray(where) ? where : [where]).map((condition) => {
    const { id } = condition as { id?: FindOperator<string> };
    const both = [id, after].flatMap((one) => one ?? []);
    return both.length === 0 ? condition : { ...condition, id: And(...both) };
  });
  const found = await rows.find({
    where: conditions,
    order: { [property]: direction, id: direction } as FindOptionsOrder<E>,
    take: request.limit + 1,
  });
  return toPage(found, request);
}
