import { describe, expect, it } from 'vitest';
import { LandlordFileError, parseLandlordFile } from './landlord-file.js';

const price = { meter: 'volume_gib_seconds', relation: 'anyone', amount: '10', per: '86400' };
const file = (changes: Record<string, unknown> = {}) => ({
  name: 'granite',
  region: 'granite',
  kind: 'storage',
  sla: { availability: '99.9', provision_seconds: 5 },
  capacity: { gib: 100 },
  offers: [{ product: { type: 'volume', id: 'standard' }, prices: [price] }],
  ...changes,
});
const expected = { kind: 'storage' as const, capacityUnits: ['gib'] };
const parse = (content: unknown) => parseLandlordFile(JSON.stringify(content), expected);

function problems(content: unknown): readonly string[] {
  try {
    parseLandlordFile(typeof content === 'string' ? content : JSON.stringify(content), expected);
  } catch (error) {
    if (error instanceof LandlordFileError) return error.problems;
    throw error;
  }
  return [];
}

describe('the landlord’s file', () => {
  it('needs little', () => {
    const { closed, admission, accept_exchange_admin } = parse(file());
    expect({ closed, admission, accept_exchange_admin }).toEqual({
      closed: false,
      admission: { domains: [], deny_projects: [] },
      accept_exchange_admin: false,
    });
  });

  it.each<[string, unknown]>([
    ['it is not JSON', '{'],
    ['name: ', file({ name: 'Harvard!' })],
    ['file: Unrecognized key: "pirce"', file({ pirce: 1 })],
    ['capacity.gib: missing', file({ capacity: {} })],
    ['capacity.vcpus: no unit of a storage landlord', file({ capacity: { gib: 1, vcpus: 1 } })],
    ['capacity.gib: ', file({ capacity: { gib: -1 } })],
    ['kind: this service is a storage landlord', file({ kind: 'compute', offers: [] })],
    ['offers.1.product: volume/standard is offered twice', file({ offers: [...file().offers, ...file().offers] })],
    [
      'offers.0.product.type: a storage landlord cannot offer this',
      file({ offers: [{ product: { type: 'server', id: 'm1.tiny' }, prices: [price] }] }),
    ],
    [
      'offers.0.prices.0.meter: a volume is metered in volume_gib_seconds',
      file({ offers: [{ ...file().offers[0], prices: [{ ...price, meter: 'server_seconds' }] }] }),
    ],
    ['offers.0.prices.1.relation: one price', file({ offers: [{ ...file().offers[0], prices: [price, price] }] })],
    [
      'offers.0.prices.0.amount: a price is not negative',
      file({ offers: [{ ...file().offers[0], prices: [{ ...price, amount: '-5' }] }] }),
    ],
  ])('is refused with %s', (problem, content) => {
    expect(problems(content).some((line) => line.startsWith(problem))).toBe(true);
  });
});
