import type { Comparator } from '@ocx/openstack-api/identity/collection';
import { And, Equal, type FindOperator, ILike, Like } from 'typeorm';

export interface TextMatch {
  readonly comparator: 'equals' | Comparator;
  readonly value: string;
}

/** What a query asks of a text: `name` for all of it, `name__contains` and its kin for a part. */
export function textMatches(query: Readonly<Record<string, unknown>>, field: string): TextMatch[] {
  return Object.entries(query).flatMap(([key, value]): TextMatch[] => {
    if (typeof value !== 'string') return [];
    if (key === field) return [{ comparator: 'equals', value }];
    const comparator = key.startsWith(`${field}__`) ? key.slice(field.length + 2) : undefined;
    return comparator === undefined ? [] : [{ comparator: comparator as Comparator, value }];
  });
}

const literally = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

function operator({ comparator, value }: TextMatch): FindOperator<string> {
  const text = literally(value);
  switch (comparator) {
    case 'equals':
      return Equal(value);
    case 'contains':
      return Like(`%${text}%`);
    case 'icontains':
      return ILike(`%${text}%`);
    case 'startswith':
      return Like(`${text}%`);
    case 'istartswith':
      return ILike(`${text}%`);
    case 'endswith':
      return Like(`%${text}`);
    case 'iendswith':
      return ILike(`%${text}`);
  }
}

/** The condition on the column; nothing when nothing is asked. */
export function matching(matches: readonly TextMatch[] | undefined): FindOperator<string> | undefined {
  if (matches === undefined || matches.length === 0) return undefined;
  return matches.length === 1 && matches[0] ? operator(matches[0]) : And(...matches.map(operator));
}
