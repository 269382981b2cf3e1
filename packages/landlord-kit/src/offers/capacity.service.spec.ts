import { describe, expect, it } from 'vitest';
import { unitsLeft } from './capacity.service.js';

describe('unitsLeft', () => {
  it('is decided by the scarcest part, and is never negative', () => {
    const levels = [
      { unit: 'vcpus', total: 10, used: 4 },
      { unit: 'ram', total: 1000, used: 500 },
    ];
    expect(unitsLeft(levels, { vcpus: 1, ram: 100 })).toBe(5);
    expect(unitsLeft(levels, { vcpus: 2 })).toBe(3);
    expect(unitsLeft(levels, { vcpus: 1, disk: 1 })).toBe(0);
    expect(unitsLeft([{ unit: 'vcpus', total: 1, used: 5 }], { vcpus: 1 })).toBe(0);
    expect(unitsLeft(levels, {})).toBe(0);
  });
});
