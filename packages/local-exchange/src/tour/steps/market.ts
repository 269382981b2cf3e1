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
      () => exchange.inventory(),
      (all) => `${String(all.length)} landlords`,
    );
    terminal.table(
      ['landlord', 'offers', 'credits per hour', 'for one', 'available', 'availability', 'traits'],
      landlords.flatMap(({ name, offers }) =>
        offers.map(({ product, price_per_hour, capacity, sla, traits }) => [
          name,
          product.type === 'server' ? product.id : product.type,
          credits(price_per_hour ?? '0'),
          product.type === 'server' ? 'server' : 'GiB',
          String(capacity),
          `${sla.availability} %`,
          traits.join(' '),
        ]),
      ),
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
