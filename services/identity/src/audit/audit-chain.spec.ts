import { describe, expect, it } from 'vitest';
import { brokenAt, chain } from './audit-chain.js';

describe('the chain of the audit trail', () => {
  const records = chain(undefined, ['one', 'two', 'three', 'four']);

  it('goes on where it ended', () => {
    const [first, second] = [records.slice(0, 2), chain(records[1], ['three', 'four'])];
    expect([...first, ...second]).toEqual(records);
    expect(brokenAt(records)).toBeUndefined();
    expect(brokenAt(records.slice(2), records[1])).toBeUndefined();
    expect(brokenAt([])).toBeUndefined();
  });

  it.each([
    ['altered', records.map((one) => (one.seq === 2 ? { ...one, event: 'TWO' } : one)), 'record 2 was altered'],
    ['left out', records.filter(({ seq }) => seq !== 3), 'record 3 is missing'],
    ['cut off at its beginning', records.slice(1), 'record 1 is missing'],
    ['put in another order', [records[0], records[2], records[1], records[3]], 'record 2 is missing'],
    [
      'made up anew from one record on',
      [...records.slice(0, 2), ...chain({ seq: 2, sha256: 'f'.repeat(64) }, ['three', 'four'])],
      'record 3 does not follow the one before it',
    ],
  ])('tells when it was %s', (_how, tampered, problem) => {
    expect(brokenAt(tampered.flatMap((record) => (record ? [record] : [])))).toBe(problem);
  });
});
