import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Offer } from '@ocx/openstack-api/exchange/documents';
import type { Landlord } from '../../landlords/landlord.js';
import { makeQuote, type Candidate, type Demand } from './quote.js';

const NOW = new Date('2026-11-21T00:00:00Z');
const DEMAND: Demand = {
  projectId: 'p',
  projectDomainId: 'default',
  resourceType: 'server',
  quantity: 1,
  seed: 'seed',
  now: NOW,
};

function landlord(name: string, change: Partial<Landlord> = {}): Landlord {
  const jwk = { kty: 'EC', crv: 'P-256', x: '', y: '' } as const;
  const base = { id: name, name, region: name, endpoint: '', jkt: '', description: '' };
  const unmoved = { moveSeq: 0, moveSha256: null, formerKeys: [] };
  return { ...base, ...unmoved, kind: 'compute', state: 'active', jwk, ...change };
}

function candidate(
  name: string,
  amount: number,
  offer: Partial<Offer> = {},
  change: Partial<Candidate> = {},
): Candidate {
  return {
    landlord: landlord(name),
    reachable: true,
    near: false,
    offer: {
      id: `00000000-0000-4000-8000-0000000000${name}`,
      version: 1,
      landlord_id: name,
      region: name,
      product: { type: 'server', id: 'm1.tiny' },
      prices: [{ meter: 'server_seconds', relation: 'anyone', amount: String(amount), per: '1' }],
      capacity: 1,
      sla: { availability: '99', provision_seconds: 10 },
      traits: [],
      admission: { domains: [], deny_projects: [] },
      notice_seconds: 0,
      issued_at: NOW.toISOString(),
      valid_until: '2026-11-22T00:00:00Z',
      ...offer,
    },
    ...change,
  };
}

const order = (candidates: Candidate[], demand: Partial<Demand> = {}) =>
  makeQuote(candidates, { ...DEMAND, ...demand }).ranked.map((entry) => entry.landlord.name);
const reason = (one: Candidate, demand: Partial<Demand> = {}) =>
  makeQuote([one], { ...DEMAND, ...demand }).passedOver[0]?.reason;

describe('ranking', () => {
  it('is by price, then by SLA', () => {
    const better = { sla: { availability: '99.9', provision_seconds: 10 } };
    const faster = { sla: { availability: '99.9', provision_seconds: 5 } };
    expect(
      order([candidate('aa', 2), candidate('bb', 1), candidate('cc', 1, better), candidate('dd', 1, faster)]),
    ).toEqual(['dd', 'cc', 'bb', 'aa']);
  });

  it('puts what is near first', () => {
    expect(order([candidate('aa', 1), candidate('bb', 2, {}, { near: true })])).toEqual(['bb', 'aa']);
  });

  it('spreads ties, the same way for the same seed', () => {
    const equal = Array.from({ length: 8 }, (_, index) => candidate(`a${index}`, 1));
    const firsts = new Set(Array.from({ length: 64 }, (_, seed) => order(equal, { seed: String(seed) })[0]));
    expect(firsts.size).toBeGreaterThan(3);
    expect(order(equal)).toEqual(order([...equal].reverse()));
  });

  it('never loses an offer: each is ranked or has its reason', () => {
    const arbitrary = fc.array(
      fc.record({
        amount: fc.integer({ min: -1, max: 5 }),
        capacity: fc.integer({ min: 0, max: 2 }),
        up: fc.boolean(),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(arbitrary, (market) => {
        const candidates = market.map(({ amount, capacity, up }, index) =>
          candidate(String(index + 10), amount, { capacity }, { reachable: up }),
        );
        const { ranked, passedOver } = makeQuote(candidates, DEMAND);
        expect(ranked.length + passedOver.length).toBe(candidates.length);
        expect(ranked.every((entry) => entry.offer.capacity > 0)).toBe(true);
      }),
    );
  });
});

describe('passing over', () => {
  it('says why', () => {
    expect(reason(candidate('aa', 1, {}, { reachable: false }))).toBe('landlord_unreachable');
    expect(reason(candidate('aa', 1, {}, { landlord: landlord('aa', { state: 'draining' }) }))).toBe(
      'landlord_draining',
    );
    expect(reason(candidate('aa', 1, { valid_until: NOW.toISOString() }))).toBe('expired');
    expect(reason(candidate('aa', 1, { capacity: 0 }))).toBe('no_capacity');
    expect(reason(candidate('aa', -1))).toBe('price_negative');
    expect(reason(candidate('aa', 1, { prices: [] }))).toBe('no_price');
    expect(reason(candidate('aa', 1, { admission: { domains: ['other'], deny_projects: [] } }))).toBe('not_admitted');
    expect(reason(candidate('aa', 1, { admission: { domains: ['default'], deny_projects: ['p'] } }))).toBe(
      'not_admitted',
    );
    expect(reason(candidate('aa', 1), { region: 'bb' })).toBe('other_region');
    expect(reason(candidate('aa', 1), { hints: { maxPrice: 3_599n } })).toBe('price_cap');
    expect(reason(candidate('aa', 1), { hints: { maxPrice: 3_600n } })).toBeUndefined();
    expect(reason(candidate('aa', 1), { hints: { traits: ['GPU'] } })).toBe('trait_missing');
    expect(reason(candidate('aa', 1), { hints: { minReputation: 1 } })).toBe('no_reputation');
  });
});
