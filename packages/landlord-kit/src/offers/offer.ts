import { createHash, randomUUID } from 'node:crypto';
import type { Offer as OfferDocument, Product } from '@ocx/openstack-api/exchange/documents';
import type { LandlordFileContent } from './landlord-file.js';

/** What a landlord promises and a lease refers to by version; how much is left is not part of it. */
export type OfferTerms = Pick<OfferDocument, 'region' | 'prices' | 'sla' | 'traits' | 'admission' | 'notice_seconds'>;

export interface Offer {
  readonly id: string;
  readonly version: number;
  readonly product: Product;
  readonly terms: OfferTerms;
  readonly withdrawn: boolean;
}

/** The offers that differ from what is stored. */
export function nextOffers(stored: readonly Offer[], content: LandlordFileContent): Offer[] {
  const { region, sla, traits, admission, notice_seconds } = content;
  const changed: Offer[] = [];
  const kept = new Set<string>();
  for (const { product, prices } of content.offers) {
    const terms: OfferTerms = { region, prices, sla, traits, admission, notice_seconds };
    const known = stored.find(({ product: { type, id } }) => type === product.type && id === product.id);
    if (!known) {
      changed.push({ id: randomUUID(), version: 1, product, terms, withdrawn: false });
      continue;
    }
    kept.add(known.id);
    if (known.withdrawn || !sameTerms(known.terms, terms)) {
      changed.push({ ...known, version: known.version + 1, terms, withdrawn: false });
    }
  }
  for (const offer of stored) {
    if (!offer.withdrawn && !kept.has(offer.id)) changed.push({ ...offer, withdrawn: true });
  }
  return changed;
}

/** Whether two terms are the same, however their members are ordered. */
function sameTerms(one: OfferTerms, other: OfferTerms): boolean {
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
