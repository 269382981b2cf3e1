import type { Lease as LeaseDocument, Price } from '@ocx/openstack-api/exchange/documents';
import type { Offer } from '../offers/offer.js';
import { RESOURCE_OF_PRODUCT } from './lease.js';

/** Why the landlord does not countersign a lease under this offer; undefined when terms and admission allow it. */
export function refusalOf(
  lease: LeaseDocument,
  offer: Offer,
): 'offer_unknown' | 'offer_stale' | 'price_mismatch' | 'not_admitted' | undefined {
  const { product } = lease;
  if (offer.product.type !== product.type || offer.product.id !== product.id) return 'offer_unknown';
  if (lease.offer.version !== offer.version) return 'offer_stale';
  if (!pricesMatch(lease, offer.terms.prices)) return 'price_mismatch';
  return admits(offer.terms.admission, lease) ? undefined : 'not_admitted';
}

/** The prices that bind for a relation: its own for each meter, else those for anyone. */
function pricesFor(offered: readonly Price[], relation: LeaseDocument['relation']): Price[] {
  const own = offered.filter((price) => price.relation === relation);
  const covered = new Set(own.map(({ meter }) => meter));
  return [...own, ...offered.filter(({ relation: whose, meter }) => whose === 'anyone' && !covered.has(meter))];
}

/** Whether the lease has exactly the prices that bind for its relation, none more and none less. */
function pricesMatch(lease: LeaseDocument, offered: readonly Price[]): boolean {
  const canonical = (prices: readonly Price[]) =>
    prices.map(({ meter, relation, amount, per }) => `${meter} ${relation} ${amount}/${per}`).sort();
  const expected = canonical(pricesFor(offered, lease.relation));
  const actual = canonical(lease.prices);
  return actual.length === expected.length && actual.every((price, index) => price === expected[index]);
}

function admits(admission: Offer['terms']['admission'], lease: LeaseDocument): boolean {
  if (admission.deny_projects.includes(lease.project_id)) return false;
  return admission.domains.length === 0 || admission.domains.includes(lease.project_domain_id);
}

/** Why a lease may not take the place of the one in force; undefined when it is that one with a larger quantity. */
export function amendmentProblem(inForce: LeaseDocument, amended: LeaseDocument): string | undefined {
  const fixed = ({ quantity: _, offer: _offer, issued_at: _at, amends: _amends, ...rest }: LeaseDocument) =>
    JSON.stringify({ ...rest, offer: _offer.id });
  if (fixed(amended) !== fixed(inForce)) return 'An amended lease differs in more than its quantity.';
  return amended.quantity > inForce.quantity ? undefined : 'A lease is only amended to a larger quantity.';
}

/** Why a lease contradicts itself, whatever was offered; undefined when it does not. */
export function contradictionIn(lease: LeaseDocument): string | undefined {
  const { product, resource, quantity } = lease;
  if (resource.type !== RESOURCE_OF_PRODUCT[product.type])
    return `A ${product.type} is not leased as ${resource.type}.`;
  if (product.type === 'server' && quantity !== 1) return 'A server is leased one at a time.';
  if (product.type === 'volume' && quantity < 1) return 'A volume has at least 1 GiB.';
  if (product.type === 'object-store' && quantity !== 0) return 'An object account has no quantity.';
  return undefined;
}
