import { Forbidden } from '@ocx/service-kit/errors';
import type { AccessRule } from './application-credential.js';

type WantedRule = Omit<AccessRule, 'id'>;

const isSame = (one: WantedRule, other: WantedRule): boolean =>
  one.service === other.service && one.method === other.method && one.path === other.path;

/**
 * The access rules of a new application credential: each one of its maker's, all of which it has by default. Throws
 * {@link Forbidden}.
 * @param above null where the maker is held to none
 */
export function delegatedRules(
  wanted: readonly WantedRule[] | null | undefined,
  above: readonly AccessRule[] | null,
): readonly AccessRule[] | null {
  if (wanted == null) return above;
  if (above !== null && !wanted.every((rule) => above.some((held) => isSame(rule, held)))) {
    throw new Forbidden('Some of the access rules are not those of the application credential of this token.');
  }
  return wanted.map((rule) => ({ id: '', ...rule }));
}
