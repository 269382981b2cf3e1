import { NotFound } from '@ocx/service-kit/errors';

/**
 * For routes `['x', 'x/*']`: clients ask for a version document with and without a slash at its end. What comes after
 * the slash is another path, and nothing is there.
 */
export function onlySlash(rest: string | undefined): void {
  if (rest !== undefined && rest !== '') throw new NotFound('The resource could not be found.');
}
