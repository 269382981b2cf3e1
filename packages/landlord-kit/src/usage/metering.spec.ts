import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integral, wholeSecond, type Step } from './metering.js';

const at = (second: number) => new Date(second * 1000);
const steps = (...pairs: [number, number][]): Step[] => pairs.map(([second, amount]) => ({ at: at(second), amount }));

describe('integral', () => {
  it('counts amount times seconds between the two ends', () => {
    expect(integral(steps([10, 1], [20, 0]), at(0), at(100))).toBe(10n);
    expect(integral(steps([10, 1], [20, 0]), at(15), at(100))).toBe(5n);
    expect(integral(steps([10, 1]), at(0), at(5))).toBe(0n);
    expect(integral(steps([0, 5], [10, 8]), at(0), at(20))).toBe(130n);
    expect(integral([], at(0), at(100))).toBe(0n);
    expect(integral(steps([0, 1]), at(50), at(50))).toBe(0n);
  });

  it('stays exact for more bytes and seconds than a double holds', () => {
    const bytes = Number.MAX_SAFE_INTEGER;
    expect(integral(steps([0, bytes]), at(0), at(86_400))).toBe(BigInt(bytes) * 86_400n);
  });

  it('is the same in one record as in many', () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1_000_000 }));
    const function_ = fc
      .uniqueArray(step, { selector: ([second]) => second, maxLength: 20 })
      .map((pairs) => steps(...pairs.sort(([one], [other]) => one - other)));
    const cuts = fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 10 });
    fc.assert(
      fc.property(function_, cuts, (taken, between) => {
        const edges = [0, ...between.sort((one, other) => one - other), 1000];
        const parts = edges
          .slice(1)
          .reduce((sum, to, index) => sum + integral(taken, at(edges[index] ?? 0), at(to)), 0n);
        expect(parts).toBe(integral(taken, at(0), at(1000)));
      }),
    );
  });
});

describe('wholeSecond', () => {
  it('is the second a time lies in', () => {
    expect(wholeSecond(new Date(1_999)).getTime()).toBe(1_000);
    expect(wholeSecond(new Date(2_000)).getTime()).toBe(2_000);
  });
});
