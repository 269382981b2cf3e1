import { expect, it } from 'vitest';
import { overlap } from './microversion-overlap.js';

const own = { min: { major: 2, minor: 1 }, max: { major: 2, minor: 90 } };
const range = (min: number, max: number) => ({ min: { major: 2, minor: min }, max: { major: 2, minor: max } });

it.each([
  ['2.1', '2.60', range(1, 60)],
  ['2.53', '2.96', range(53, 90)],
  ['2.1', '2.90', own],
  // Nothing usable is said: what the landlord then refuses is the landlord's refusal.
  ['3.0', '3.70', own],
  ['2.95', '2.96', own],
  ['', 'latest', own],
])('of a landlord that speaks %s to %s', (min, max, expected) => {
  expect(overlap(own, { min, max })).toEqual(expected);
});
