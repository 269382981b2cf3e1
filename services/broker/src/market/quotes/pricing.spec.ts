import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Price } from '@ocx/openstack-api/exchange/documents';
import { compareCost, costOfUnits, perHour, perMonth, pricesFor, roundUp } from './pricing.js';

const price = (amount: bigint, per: bigint, change: Partial<Price> = {}): Price => ({
  meter: 'server_seconds',
  relation: 'anyone',
  amount: amount.toString(),
  per: per.toString(),
  ...change,
});
const amounts = fc.bigInt({ min: 0n, max: 10n ** 12n });
const pers = fc.bigInt({ min: 1n, max: 10n ** 9n });

describe('pricing', () => {
  it('charges the same in many records as in one: rounding never accumulates', () => {
    fc.assert(
      fc.property(
        amounts,
        pers,
        fc.array(fc.bigInt({ min: 0n, max: 10_000n }), { maxLength: 50 }),
        (amount, per, used) => {
          const prices = [price(amount, per)];
          let units = 0n;
          let charged = 0n;
          for (const part of used) {
            units += part;
            const due = costOfUnits(prices, { server_seconds: units }) - charged;
            expect(due).toBeGreaterThanOrEqual(0n);
            charged += due;
          }
          const total = used.reduce((sum, part) => sum + part, 0n);
          expect(charged).toBe((total * amount) / per);
        },
      ),
    );
  });

  it('adds meters before it rounds', () => {
    const prices = [price(1n, 2n), price(1n, 2n, { meter: 'volume_gib_seconds' })];
    expect(costOfUnits(prices, { server_seconds: 1n, volume_gib_seconds: 1n })).toBe(1n);
  });

  it('shows and holds at least what an hour may cost, and by less than one more', () => {
    fc.assert(
      fc.property(amounts, pers, fc.integer({ min: 1, max: 1_000 }), (amount, per, quantity) => {
        const cost = perHour([price(amount, per, { meter: 'volume_gib_seconds' })], 'volume', quantity);
        if (!cost) throw new Error('no price');
        const exact = costOfUnits([price(amount, per)], { server_seconds: BigInt(quantity) * 3_600n });
        expect(roundUp(cost) - exact).toBeGreaterThanOrEqual(0n);
        expect(roundUp(cost) - exact).toBeLessThanOrEqual(1n);
      }),
    );
  });

  it('orders costs totally and as fractions', () => {
    fc.assert(
      fc.property(amounts, pers, amounts, pers, (a, b, c, d) => {
        const one = { numerator: a, denominator: b };
        const two = { numerator: c, denominator: d };
        expect(compareCost(one, two)).toBe(compareCost(two, one) === 0 ? 0 : -compareCost(two, one));
        expect(compareCost(one, one)).toBe(0);
      }),
    );
  });

  it('takes the price of the relation, else that for anyone', () => {
    const prices = [price(9n, 1n), price(3n, 1n, { relation: 'friend' }), price(5n, 1n, { relation: 'member' })];
    expect(pricesFor(prices, 'friend')).toMatchObject([{ amount: '3' }]);
    expect(pricesFor(prices, 'anyone')).toMatchObject([{ amount: '9' }]);
    expect(perMonth(pricesFor(prices, 'anyone'), 'server', 1)).toEqual({ numerator: 9n * 2_592_000n, denominator: 1n });
    expect(perHour(prices, 'volume', 1)).toBeUndefined();
  });
});
