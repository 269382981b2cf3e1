import { describe, expect, it } from 'vitest';
import { parseLandlordFile } from './landlord-file.js';
import { nextOffers } from './offer.js';

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

describe('nextOffers', () => {
  it('keeps ids, and counts versions when the terms change and only then', () => {
    const [first] = nextOffers([], parse(file()));
    if (!first) throw new Error('no offer');
    expect(first.version).toBe(1);
    expect(nextOffers([first], parse(file({ capacity: { gib: 7 }, closed: true, name: 'other' })))).toEqual([]);
    const [dearer] = nextOffers([first], parse(file({ notice_seconds: 60 })));
    expect(dearer).toMatchObject({ id: first.id, version: 2 });
    const [gone] = nextOffers([first], parse(file({ offers: [] })));
    expect(gone).toMatchObject({ id: first.id, version: 1, withdrawn: true });
    expect(gone && nextOffers([gone], parse(file({ offers: [] })))).toEqual([]);
    expect(gone && nextOffers([gone], parse(file()))).toMatchObject([{ id: first.id, version: 2, withdrawn: false }]);
  });
});
