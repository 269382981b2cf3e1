import type { DataSource } from 'typeorm';

export interface Purge {
  readonly table: string;
  /** An indexed timestamp. */
  readonly column: string;
  readonly before: Date;
  /** Rows at most, so that no transaction is long. */
  readonly limit: number;
  /** A further condition on the row `old`. */
  readonly where?: string;
}

/** Deletes the oldest rows of a table; replicas that purge at once skip each other's. Returns how many went. */
export async function purgeExpired(dataSource: DataSource, purge: Purge): Promise<number> {
  const { table, column, where } = purge;
  const [, count] = await dataSource.query<[unknown[], number]>(
    `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(
       SELECT old.ctid FROM ${table} old WHERE old.${column} < $1 ${where === undefined ? '' : `AND ${where}`}
        ORDER BY old.${column} LIMIT $2 FOR UPDATE SKIP LOCKED))`,
    [purge.before, purge.limit],
  );
  return count;
}
