import { Forbidden } from '@ocx/service-kit/errors';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { delegatedRules } from './access-rules.js';

const rule = fc.record({
  service: fc.constantFrom('compute', 'image'),
  method: fc.constantFrom('GET', 'POST'),
  path: fc.constantFrom('/a', '/b'),
});
const keyOf = (one: { service: string; method: string; path: string }) => [one.service, one.method, one.path].join(' ');

it('access rules are passed on as they are, or fewer', () => {
  const seen = { narrowed: 0, refused: 0 };
  fc.assert(
    fc.property(fc.option(fc.array(rule)), fc.option(fc.array(rule, { maxLength: 2 })), (held, wanted) => {
      const above = held?.map((one, index) => ({ id: String(index), ...one })) ?? null;
      let made: ReturnType<typeof delegatedRules>;
      try {
        made = delegatedRules(wanted, above);
      } catch (error) {
        expect(error).toBeInstanceOf(Forbidden);
        seen.refused += 1;
        return;
      }
      if (wanted) expect(made?.map(keyOf)).toEqual(wanted.map(keyOf));
      if (above === null) return;
      expect(made).not.toBeNull();
      const keys = above.map(keyOf);
      for (const one of made ?? []) expect(keys).toContain(keyOf(one));
      seen.narrowed += 1;
    }),
    { numRuns: 500 },
  );
  expect(seen.narrowed).toBeGreaterThan(50);
  expect(seen.refused).toBeGreaterThan(50);
});
