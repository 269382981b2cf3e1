import { createHash } from 'node:crypto';
import type { Offer, Price, Relation, Resource } from '@ocx/openstack-api/exchange/documents';
import type { Landlord } from '../../landlords/landlord.js';
import type { OrderHints } from '../orders/order.js';
import { compareCost, perHour, perMonth, pricesFor, roundUp, type Cost } from './pricing.js';

/** Why an offer is not chosen. `outranked` is a usable offer that another one beats. */
export type NotChosenReason =
  | 'landlord_unreachable'
  | 'landlord_draining'
  | 'other_region'
  | 'expired'
  | 'not_admitted'
  | 'no_capacity'
  | 'no_price'
  | 'price_negative'
  | 'price_cap'
  | 'trait_missing'
  | 'no_reputation'
  | 'outranked';

export interface Candidate {
  readonly offer: Offer;
  readonly landlord: Landlord;
  readonly reachable: boolean;
  /** The landlord holds the resource that the tenant wants to be near. */
  readonly near: boolean;
}

export interface Demand {
  readonly projectId: string;
  readonly projectDomainId: string;
  readonly resourceType: Resource['type'];
  readonly quantity: number;
  readonly region?: string | undefined;
  readonly hints?: OrderHints | undefined;
  /** Spreads ties: equal offers are ordered differently for different seeds. */
  readonly seed: string;
  readonly now: Date;
}

export interface RankedOffer {
  readonly offer: Offer;
  readonly landlord: Landlord;
  readonly relation: Relation;
  readonly prices: readonly Price[];
  readonly perHour: Cost;
  readonly perMonth: Cost;
  readonly near: boolean;
}

export interface PassedOver {
  readonly offer: Offer;
  readonly landlord: Landlord;
  readonly reason: NotChosenReason;
}

export interface Quote {
  readonly ranked: readonly RankedOffer[];
  readonly passedOver: readonly PassedOver[];
}

/** A project is a stranger to a landlord until shares and memberships say otherwise; strangers pay anyone's price. */
const RELATION: Relation = 'anyone';

function obstacle({ offer, landlord, reachable }: Candidate, demand: Demand): NotChosenReason | undefined {
  const { domains, deny_projects } = offer.admission;
  if (demand.region !== undefined && demand.region !== landlord.region) return 'other_region';
  if (landlord.state !== 'active') return 'landlord_draining';
  if (Date.parse(offer.valid_until) <= demand.now.getTime()) return 'expired';
  if (deny_projects.includes(demand.projectId)) return 'not_admitted';
  if (domains.length > 0 && !domains.includes(demand.projectDomainId)) return 'not_admitted';
  if (demand.hints?.traits?.some((trait) => !offer.traits.includes(trait))) return 'trait_missing';
  if ((demand.hints?.minReputation ?? 0) > 0) return 'no_reputation';
  if (offer.capacity < Math.max(demand.quantity, 1)) return 'no_capacity';
  if (!reachable) return 'landlord_unreachable';
  return undefined;
}

function judge(candidate: Candidate, demand: Demand): RankedOffer | PassedOver {
  const { offer, landlord, near } = candidate;
  const passedOver = (reason: NotChosenReason): PassedOver => ({ offer, landlord, reason });
  const reason = obstacle(candidate, demand);
  if (reason) return passedOver(reason);
  const prices = pricesFor(offer.prices, RELATION);
  if (prices.some((price) => BigInt(price.amount) < 0n)) return passedOver('price_negative');
  const hour = perHour(prices, demand.resourceType, demand.quantity);
  const month = perMonth(prices, demand.resourceType, demand.quantity);
  if (!hour || !month) return passedOver('no_price');
  const cap = demand.hints?.maxPrice;
  if (cap !== undefined && roundUp(hour) > cap) return passedOver('price_cap');
  return { offer, landlord, relation: RELATION, prices, perHour: hour, perMonth: month, near };
}

const spread = (seed: string, offer: Offer) =>
  createHash('sha256').update(`${seed}/${offer.landlord_id}/${offer.id}`).digest('hex');

/**
 * Orders what may be rented: near what the tenant named, cheapest, best SLA. Offers equal in all of that are spread by
 * the seed, for if everybody took the first they would all collide there.
 */
function compare(a: RankedOffer, b: RankedOffer, seed: string): number {
  return (
    Number(b.near) - Number(a.near) ||
    compareCost(a.perHour, b.perHour) ||
    Number(b.offer.sla.availability) - Number(a.offer.sla.availability) ||
    a.offer.sla.provision_seconds - b.offer.sla.provision_seconds ||
    (spread(seed, a.offer) < spread(seed, b.offer) ? -1 : 1)
  );
}

/** Judges every offer: the usable ones best first, the others each with its reason. */
export function makeQuote(candidates: readonly Candidate[], demand: Demand): Quote {
  const judged = candidates.map((candidate) => judge(candidate, demand));
  const ranked = judged.filter((entry): entry is RankedOffer => 'perHour' in entry);
  const passedOver = judged.filter((entry): entry is PassedOver => 'reason' in entry);
  ranked.sort((a, b) => compare(a, b, demand.seed));
  return { ranked, passedOver };
}
