import { describe, expect, it } from 'vitest';
import type { Lease, Price } from '@ocx/openstack-api/exchange/documents';
import type { Offer } from '../offers/offer.js';
import { contradictionIn, refusalOf } from './lease-terms.js';

const price = (relation: Price['relation'], amount: string): Price => ({
  meter: 'server_seconds',
  relation,
  amount,
  per: '3600',
});

const offer: Offer = {
  id: '11111111-1111-4111-8111-111111111111',
  version: 3,
  product: { type: 'server', id: 'm1.tiny' },
  withdrawn: false,
  terms: {
    region: 'harvard',
    prices: [price('anyone', '1000'), price('friend', '500')],
    sla: { availability: '99.5', provision_seconds: 30 },
    traits: [],
    admission: { domains: ['physics', 'biology'], deny_projects: ['spam'] },
    notice_seconds: 0,
  },
};

const lease: Lease = {
  id: '22222222-2222-4222-8222-222222222222',
  exchange: 'http://broker.example',
  landlord_id: `landlord-${'a'.repeat(32)}`,
  order_id: '33333333-3333-4333-8333-333333333333',
  offer: { id: offer.id, version: 3 },
  project_id: 'astro',
  project_domain_id: 'physics',
  user_id: 'ada',
  product: offer.product,
  resource: { type: 'server', id: '44444444-4444-4444-8444-444444444444' },
  quantity: 1,
  relation: 'anyone',
  prices: [price('anyone', '1000')],
  starts_at: '2026-01-01T00:00:00.000Z',
  ends_at: null,
  issued_at: '2026-01-01T00:00:00.000Z',
};

describe('refusalOf', () => {
  it('has nothing against the offer’s own terms', () => {
    expect(refusalOf(lease, offer)).toBeUndefined();
    expect(refusalOf({ ...lease, relation: 'friend', prices: [price('friend', '500')] }, offer)).toBeUndefined();
  });

  it('binds a relation without a price of its own to the price for anyone', () => {
    expect(refusalOf({ ...lease, relation: 'member' }, offer)).toBeUndefined();
  });

  it.each<[string, Partial<Lease>]>([
    ['offer_unknown', { product: { type: 'server', id: 'm1.small' } }],
    ['offer_unknown', { product: { type: 'volume', id: 'm1.tiny' } }],
    ['offer_stale', { offer: { id: offer.id, version: 2 } }],
    ['price_mismatch', { prices: [price('anyone', '999')] }],
    ['price_mismatch', { prices: [{ ...price('anyone', '1000'), per: '7200' }] }],
    ['price_mismatch', { prices: [price('friend', '500')] }],
    ['price_mismatch', { prices: [price('anyone', '1000'), price('friend', '500')] }],
    ['price_mismatch', { prices: [price('anyone', '1000'), price('anyone', '1000')] }],
    ['price_mismatch', { relation: 'friend' }],
    ['not_admitted', { project_domain_id: 'chemistry' }],
    ['not_admitted', { project_id: 'spam' }],
  ])('says %s', (reason, changes) => {
    expect(refusalOf({ ...lease, ...changes }, offer)).toBe(reason);
  });

  it('admits every domain where none is listed', () => {
    const open = { ...offer, terms: { ...offer.terms, admission: { domains: [], deny_projects: [] } } };
    expect(refusalOf({ ...lease, project_domain_id: 'chemistry' }, open)).toBeUndefined();
  });
});

describe('contradictionIn', () => {
  it('finds none in a lease of each kind', () => {
    const id = lease.resource.id;
    expect(contradictionIn(lease)).toBeUndefined();
    const volume = { product: { type: 'volume' as const, id: 'standard' }, resource: { type: 'volume' as const, id } };
    expect(contradictionIn({ ...lease, ...volume, quantity: 10 })).toBeUndefined();
    const objects = {
      product: { type: 'object-store' as const, id: 'standard' },
      resource: { type: 'object-account' as const, id },
    };
    expect(contradictionIn({ ...lease, ...objects, quantity: 0 })).toBeUndefined();
    expect(contradictionIn({ ...lease, ...objects, quantity: 1 })).toBeDefined();
    expect(contradictionIn({ ...lease, ...volume, quantity: 0 })).toBeDefined();
    expect(contradictionIn({ ...lease, resource: volume.resource })).toBeDefined();
    expect(contradictionIn({ ...lease, quantity: 2 })).toBeDefined();
  });
});
