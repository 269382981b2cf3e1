import { LRUCache } from 'lru-cache';
import { Client } from 'pg';

/** A statement that is asked for this often is worth a place. */
const WORTHWHILE = 3;
/** Per process and, once they are used there, per connection: each costs PostgreSQL some memory. */
const MAX_PREPARED = 256;

const asked = new LRUCache<string, number>({ max: 1_000 });
const names = new Map<string, string>();

/** The same name on every connection, so that each prepares what it meets; undefined for what is rare. */
function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size === MAX_PREPARED) return known;
  const times = (asked.get(text) ?? 0) + 1;
  if (times < WORTHWHILE) {
    asked.set(text, times);
    return undefined;
  }
  asked.delete(text);
  const name = `ocx_${names.size}`;
  names.set(text, name);
  return name;
}

/**
 * A connection on which statements with parameters that come again and again are prepared once: PostgreSQL parses and
 * plans them no more, which is half of its work for a look at one row. Called as {@link Client.query} in all its forms.
 */
export class PreparingClient extends Client {
  override query(...given: never[]): never {
    const [text, values, ...rest] = given as unknown[];
    const isStatement = typeof text === 'string' && Array.isArray(values) && values.length > 0;
    const name = isStatement ? nameOf(text) : undefined;
    const passed = name === undefined ? given : [{ name, text }, values, ...rest];
    return super.query<never>(...(passed as [never]));
  }
}
