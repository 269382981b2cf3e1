import type { Meter, Offer, Price, Relation, Resource } from '@ocx/openstack-api/exchange/documents';

const HOUR_SECONDS = 3_600n;
const MONTH_SECONDS = 30n * 24n * HOUR_SECONDS;
const GIB = 1024n ** 3n;

const METER_OF: Readonly<Record<Resource['type'], Meter>> = {
  server: 'server_seconds',
  volume: 'volume_gib_seconds',
  'object-account': 'object_byte_seconds',
};

export const PRODUCT_TYPE_OF: Readonly<Record<Resource['type'], Offer['product']['type']>> = {
  server: 'server',
  volume: 'volume',
  'object-account': 'object-store',
};

/** What may be metered for a resource of this type. */
export function meterOf(type: Resource['type']): Meter {
  return METER_OF[type];
}

/** Micro-credits as an exact fraction, so that rounding happens once, where somebody pays or reads. */
export interface Cost {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export function compareCost(a: Cost, b: Cost): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Rounded up: what is shown to a tenant and held in escrow is never less than what may be charged. */
export function roundUp(cost: Cost): bigint {
  return (cost.numerator + cost.denominator - 1n) / cost.denominator;
}

/** The prices that bind for a relation: its own for each meter, else those for anyone. */
export function pricesFor(prices: readonly Price[], relation: Relation): Price[] {
  const own = prices.filter((price) => price.relation === relation);
  const anyone = prices.filter(
    (price) => price.relation === 'anyone' && !own.some((chosen) => chosen.meter === price.meter),
  );
  return [...own, ...anyone];
}

/** Units of the resource's meter that `quantity` uses in a second. An object account is rated as one GiB. */
export function unitsPerSecond(type: Resource['type'], quantity: number): bigint {
  return type === 'object-account' ? GIB * BigInt(Math.max(quantity, 1)) : BigInt(quantity);
}

/** Cost of units already counted, over all priced meters. Prices are per meter, each at most once. */
export function costOfUnits(prices: readonly Price[], units: Readonly<Partial<Record<Meter, bigint>>>): bigint {
  let total: Cost = { numerator: 0n, denominator: 1n };
  for (const price of prices) {
    const used = units[price.meter] ?? 0n;
    const per = BigInt(price.per);
    total = {
      numerator: total.numerator * per + used * BigInt(price.amount) * total.denominator,
      denominator: total.denominator * per,
    };
  }
  return total.numerator / total.denominator;
}

/** What `quantity` costs for some seconds at these prices; undefined when no price covers its meter. */
export function costOf(
  prices: readonly Price[],
  type: Resource['type'],
  quantity: number,
  seconds: bigint,
): Cost | undefined {
  const price = prices.find((candidate) => candidate.meter === meterOf(type));
  if (!price) return undefined;
  return {
    numerator: BigInt(price.amount) * unitsPerSecond(type, quantity) * seconds,
    denominator: BigInt(price.per),
  };
}

export const perHour = (prices: readonly Price[], type: Resource['type'], quantity: number) =>
  costOf(prices, type, quantity, HOUR_SECONDS);
export const perMonth = (prices: readonly Price[], type: Resource['type'], quantity: number) =>
  costOf(prices, type, quantity, MONTH_SECONDS);

/** Bytes that an object account may hold at a landlord with `capacity` GiB: it grows as it is filled. */
export function objectCeiling(capacity: number, quantity: number): bigint {
  return GIB * BigInt(Math.max(capacity, quantity, 1));
}
