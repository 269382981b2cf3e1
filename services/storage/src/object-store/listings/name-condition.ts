import type { NameRange } from './listing-query.js';

export interface NameCondition {
  readonly sql: string;
  readonly parameters: Record<string, string>;
  readonly order: 'ASC' | 'DESC';
}

/** A range of names as a condition on `{alias}.name`, which must have collation C. */
export function nameCondition(alias: string, range: NameRange): NameCondition {
  const conditions: string[] = ['true'];
  const parameters: Record<string, string> = {};
  if (range.marker !== '') {
    conditions.push(`${alias}.name ${range.reverse ? '<' : '>'} :marker`);
    parameters['marker'] = range.marker;
  }
  if (range.endMarker !== '') {
    conditions.push(`${alias}.name ${range.reverse ? '>' : '<'} :endMarker`);
    parameters['endMarker'] = range.endMarker;
  }
  if (range.prefix !== '') {
    // The bounds let the index seek; starts_with is exact, where LIKE would need escaping.
    conditions.push(`${alias}.name >= :prefix AND starts_with(${alias}.name, :prefix)`);
    parameters['prefix'] = range.prefix;
    const after = afterPrefix(range.prefix);
    if (after !== undefined) {
      conditions.push(`${alias}.name < :after`);
      parameters['after'] = after;
    }
  }
  return { sql: conditions.join(' AND '), parameters, order: range.reverse ? 'DESC' : 'ASC' };
}

/** The least string above every name with this prefix, or undefined at the end of Unicode, where no bound is needed. */
function afterPrefix(prefix: string): string | undefined {
  const characters = Array.from(prefix);
  const last = characters.pop()?.codePointAt(0) ?? 0x10ffff;
  if (last >= 0x10ffff) return undefined;
  // Surrogates are no characters: what follows U+D7FF is U+E000.
  return characters.join('') + String.fromCodePoint(last === 0xd7ff ? 0xe000 : last + 1);
}
