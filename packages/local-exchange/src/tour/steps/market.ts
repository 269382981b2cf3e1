import { credits } from '../market.js';
import { needed, type TourStep } from '../step.js';
import { FLAVOR } from './servers.js';

const TRAIT = 'TRUSTED_COMPUTE';

export const market: TourStep = {
  title: 'Four landlords, one market',
  async run({ terminal }, journey) {
    const exchange = needed(journey.market, 'market');
    const landlords = await terminal.step(
      'the combined inventory',
      () => exchange.landlords(),
      (all) => `${String(all.length)} landlords`,
    );
    const offers = await exchange.offers();
    const nameOf = new Map(landlords.map(({ id, name }) => [id, name]));
    terminal.table(
      ['landlord', 'product', 'credits', 'per', 'available', 'promises', 'traits'],
      offers.map(({ landlord_id, product, prices, capacity, sla, traits }) => {
        const price = prices[0];
        const unit = { server: 'hour', volume: 'GiB hour' }[product.type] ?? 'GiB hour';
        const name = product.type === 'server' ? product.id : product.type;
        const amount = price === undefined ? '' : credits(price.amount);
        return [
          nameOf.get(landlord_id) ?? '',
          name,
          amount,
          unit,
          String(capacity),
          `${sla.availability} %`,
          traits.join(' '),
        ];
      }),
    );
    const open = await terminal.step(
      `a quote for ${FLAVOR}`,
      () => exchange.quote(FLAVOR),
      ({ offers: best }) => `best: ${best[0]?.region ?? 'none'}`,
    );
    const trusted = await terminal.step(
      `a quote for ${FLAVOR} with ${TRAIT}`,
      () => exchange.quote(FLAVOR, { traits: [TRAIT] }),
      ({ offers: best }) => `best: ${best[0]?.region ?? 'none'}`,
    );
    for (const [what, quote] of [
      ['any', open],
      [TRAIT, trusted],
    ] as const) {
      terminal.table(
        [`for ${what}`, 'credits per hour', 'why not'],
        [
          ...quote.offers.map((one, i) => [one.region, credits(one.price_per_hour), i === 0 ? 'chosen' : 'outranked']),
          ...quote.passed_over.map((one) => [one.region, '', one.reason]),
        ],
      );
    }
    if (open.offers[0]?.region !== 'harvard') throw new Error('The cheapest offer should have been harvard’s.');
    if (trusted.offers[0]?.region !== 'mit') throw new Error('Only mit offers trusted compute.');
  },
};
