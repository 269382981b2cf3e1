import { createHash } from 'node:crypto';
import type { Offer as OfferDocument, Product } from '@ocx/openstack-api/exchange/documents';

/** What a landlord promises and a lease refers to by version; how much is left is not part of it. */
export type OfferTerms = Pick<OfferDocument, 'region' | 'prices' | 'sla' | 'traits' | 'admission' | 'notice_seconds'>;

export interface Offer {
  readonly id: string;
  readonly version: number;
  readonly product: Product;
  readonly terms: OfferTerms;
  readonly withdrawn: boolean;
}

/** Whether two terms are the same, however their members are ordered. */
export function sameTerms(one: OfferTerms, other: OfferTerms): boolean {
  return fingerprint(one) === fingerprint(other);
}

function fingerprint(terms: OfferTerms): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(terms)))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member)]));
}
