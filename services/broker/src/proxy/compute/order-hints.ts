import { InvalidInput } from '@ocx/service-kit/errors';
import type { OrderHints } from '../../market/orders/order.js';

const one = (hints: Readonly<Record<string, string | string[]>>, name: string): string | undefined => {
  const value = hints[name];
  if (Array.isArray(value)) throw new InvalidInput(`Scheduler hint ${name} takes one value.`);
  return value;
};

/**
 * The tenant's constraints in a create's scheduler hints: `ocx:max_price` (micro-credits per hour), `ocx:min_reputation`
 * (0 to 100), `ocx:near` (id of a leased resource) and `ocx:traits` (comma list). Nova's own hints are for the landlord.
 */
export function orderHints(hints: Readonly<Record<string, string | string[]>>): OrderHints {
  const maxPrice = one(hints, 'ocx:max_price');
  if (maxPrice !== undefined && !/^(?:0|[1-9][0-9]{0,17})$/.test(maxPrice)) {
    throw new InvalidInput('Scheduler hint ocx:max_price must be a whole number of micro-credits per hour.');
  }
  const reputation = one(hints, 'ocx:min_reputation');
  if (reputation !== undefined && !/^(?:100|[1-9]?[0-9])$/.test(reputation)) {
    throw new InvalidInput('Scheduler hint ocx:min_reputation must be a whole number from 0 to 100.');
  }
  const traits = [hints['ocx:traits'] ?? []].flat().flatMap((value) => value.split(','));
  const unknown = Object.keys(hints).find(
    (name) => name.startsWith('ocx:') && !['max_price', 'min_reputation', 'near', 'traits'].includes(name.slice(4)),
  );
  if (unknown !== undefined) throw new InvalidInput(`Unknown scheduler hint ${unknown}.`);
  const near = one(hints, 'ocx:near');
  return {
    ...(maxPrice === undefined ? {} : { maxPrice: BigInt(maxPrice) }),
    ...(reputation === undefined ? {} : { minReputation: Number(reputation) }),
    ...(near === undefined ? {} : { near }),
    ...(traits.length === 0 ? {} : { traits }),
  };
}

/** Nova's own hints, passed on as they are. */
export function novaHints(hints: Readonly<Record<string, string | string[]>>): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(hints).filter(([name]) => !name.startsWith('ocx:')));
}
