import type { Meter, Usage } from '@ocx/openstack-api/exchange/documents';
import type { LeaseBooks } from '../leases/lease-books.js';

/** Why a usage record is not settled. */
export type UsageRefusal =
  'foreign' | 'gap' | 'broken_chain' | 'out_of_time' | 'unpriced_meter' | 'over_claimed' | 'rewritten' | 'not_running';

/** Clocks of honest landlords differ by this much at most. Milliseconds. */
const CLOCK_SKEW_MS = 5_000;

export interface SignedUsage {
  readonly usage: Usage;
  readonly jws: string;
  readonly sha256: string;
}

/** A record that was settled before; `rewritten` when it is not the same one. */
export function isSettled(books: LeaseBooks, record: SignedUsage): boolean {
  return (
    record.usage.seq < books.usageSeq || (record.usage.seq === books.usageSeq && record.sha256 === books.usageSha256)
  );
}

function chainRefusal(books: LeaseBooks, { usage }: SignedUsage): UsageRefusal | undefined {
  if (usage.lease_id !== books.id || usage.landlord_id !== books.landlordId) return 'foreign';
  if (usage.seq === books.usageSeq) return 'rewritten';
  if (usage.seq !== books.usageSeq + 1) return 'gap';
  if (usage.prev !== books.usageSha256) return 'broken_chain';
  return undefined;
}

/** What a lease that was accepted at this time can have used until then, at most. */
export function unitsUntil(
  { unitsPerSecond, unitsBefore, amendedAt }: Pick<LeaseBooks, 'unitsPerSecond' | 'unitsBefore' | 'amendedAt'>,
  acceptedAt: Date,
  until: Date,
): bigint {
  const elapsedMs = Math.max(0, until.getTime() - (amendedAt ?? acceptedAt).getTime());
  // A landlord counts whole seconds and may have begun one.
  return unitsBefore + unitsPerSecond * BigInt(Math.ceil(elapsedMs / 1000) + 1);
}

/**
 * Units that a lease has used once this many more are reported: no more than until its tenant ended it, however long the
 * landlord takes to stop, or to say so.
 */
export function unitsAfter(books: LeaseBooks, meter: Meter, reported: bigint): bigint {
  const before = books.units[meter] ?? 0n;
  const after = before + reported;
  const { acceptedAt, endedAt } = books;
  if (acceptedAt === null || endedAt === null) return after;
  const ceiling = unitsUntil(books, acceptedAt, new Date(endedAt.getTime() + CLOCK_SKEW_MS));
  if (after <= ceiling) return after;
  return before > ceiling ? before : ceiling;
}

/** Whether the record continues the chain and claims no more than the lease can have used until now. */
export function refusalOf(books: LeaseBooks, record: SignedUsage, now: Date): UsageRefusal | undefined {
  const chain = chainRefusal(books, record);
  if (chain) return chain;
  const { usage } = record;
  const { acceptedAt } = books;
  if (acceptedAt === null || !['claimed', 'active', 'ending'].includes(books.state)) return 'not_running';
  const from = Date.parse(usage.from);
  const to = Date.parse(usage.to);
  const earliest = (books.usageTo ?? acceptedAt).getTime();
  if (to < from || from < earliest - CLOCK_SKEW_MS || to > now.getTime() + CLOCK_SKEW_MS) return 'out_of_time';
  const ceiling = unitsUntil(books, acceptedAt, new Date(Math.min(to, now.getTime())));
  for (const [meter, units] of Object.entries(usage.meters)) {
    if (units === '0') continue;
    if (!books.prices.some((price) => price.meter === meter)) return 'unpriced_meter';
    if ((books.units[meter as keyof typeof books.units] ?? 0n) + BigInt(units) > ceiling) return 'over_claimed';
  }
  return undefined;
}
