import { expect, it } from 'vitest';
import { unitsUntil } from './usage-check.js';

const accepted = new Date('2026-01-01T00:00:00Z');
const after = (seconds: number) => new Date(accepted.getTime() + seconds * 1000);

it('bounds what a lease can have used by its quantity and the time, a second begun included', () => {
  const lease = { unitsPerSecond: 3n, unitsBefore: 0n, amendedAt: null };
  expect(unitsUntil(lease, accepted, accepted)).toBe(3n);
  expect(unitsUntil(lease, accepted, after(10))).toBe(33n);
  expect(unitsUntil(lease, accepted, after(10.2))).toBe(36n);
  expect(unitsUntil(lease, accepted, after(-5))).toBe(3n);
});

it('counts the time before an amendment with the quantity of then', () => {
  const before = { unitsPerSecond: 1n, unitsBefore: 0n, amendedAt: null };
  const amended = { unitsPerSecond: 5n, unitsBefore: unitsUntil(before, accepted, after(100)), amendedAt: after(100) };
  expect(unitsUntil(amended, accepted, after(100))).toBe(106n);
  expect(unitsUntil(amended, accepted, after(110))).toBe(156n);
  expect(unitsUntil(amended, accepted, after(50))).toBe(106n);
});
