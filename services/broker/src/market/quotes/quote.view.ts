import type { PassedOver, Quote, RankedOffer } from './quote.js';
import { roundUp } from './pricing.js';

function rankedView({ offer, landlord, relation, prices, perHour, perMonth }: RankedOffer, index: number) {
  return {
    offer_id: offer.id,
    version: offer.version,
    landlord_id: landlord.id,
    region: landlord.region,
    relation,
    prices,
    /** Micro-credits, rounded up. */
    price_per_hour: roundUp(perHour).toString(),
    price_per_30_days: roundUp(perMonth).toString(),
    capacity: offer.capacity,
    sla: offer.sla,
    traits: offer.traits,
    chosen: index === 0,
    reason: index === 0 ? null : 'outranked',
  };
}

function passedOverView({ offer, landlord, reason }: PassedOver) {
  return { offer_id: offer.id, landlord_id: landlord.id, region: landlord.region, chosen: false as const, reason };
}

export function quoteView({ ranked, passedOver }: Quote) {
  return { offers: ranked.map(rankedView), passed_over: passedOver.map(passedOverView) };
}
