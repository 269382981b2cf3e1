import { LandlordAction, type LandlordAccess, LeaseAction } from '@ocx/openstack-api/exchange/tokens';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accompanyingGrant, attachmentAccess, grantedAccess, TENANT_ACTIONS, tenantAccess } from './narrowing.js';
import { OAuthError } from './oauth-error.js';

const LEASES = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const;
const image = { id: LEASES[0], sha512: 'a'.repeat(128), size: 1 };
const attachment = {
  id: LEASES[0],
  volume_id: LEASES[0],
  server_id: LEASES[1],
  mode: 'rw' as const,
  connector: { landlord_id: `landlord-${'a'.repeat(32)}`, jkt: 'j'.repeat(43) },
};

/** Whatever the schema lets through. */
const access = fc
  .record({
    actions: fc.subarray([...LandlordAction.options], { minLength: 1, maxLength: 4 }),
    lease: fc.option(fc.constantFrom(...LEASES)),
    image: fc.boolean(),
    attachment: fc.boolean(),
  })
  .map(({ actions, lease, ...named }): LandlordAccess => ({
    type: 'ocx:landlord',
    actions,
    ...(lease === null ? {} : { lease_id: lease }),
    ...(named.image ? { image } : {}),
    ...(named.attachment ? { attachment } : {}),
  }));
const leaseActions = fc.subarray([...LeaseAction.options], { minLength: 1 });

/** What came of it, or undefined where it was refused as OAuth has it. */
function given<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof OAuthError && error.code === 'invalid_authorization_details') return undefined;
    throw error;
  }
}
const within = (some: readonly string[], all: readonly string[]) => some.every((one) => all.includes(one));

describe('what is minted', () => {
  it('for a tenant holds what was asked for, of what a tenant may do', () => {
    fc.assert(
      fc.property(access, (asked) => {
        const got = given(() => tenantAccess(asked));
        expect(got === undefined).toBe(
          !within(asked.actions, TENANT_ACTIONS) ||
            (asked.lease_id === undefined && asked.actions.some((one) => one === 'create' || one === 'claim')) ||
            asked.actions.includes('image') !== (asked.image !== undefined) ||
            asked.attachment !== undefined,
        );
        if (got)
          expect({ ...got, actions: [...got.actions].sort() }).toEqual({
            ...asked,
            actions: [...asked.actions].sort(),
          });
      }),
    );
  });

  it('beside a token is for the lease of the token', () => {
    fc.assert(
      fc.property(access, fc.constantFrom(...LEASES), leaseActions, (asked, lease_id, actions) => {
        const got = given(() => accompanyingGrant(asked, { type: 'ocx:lease-grant', lease_id, actions }));
        expect(got).toEqual(asked.lease_id === lease_id ? { leaseId: lease_id, actions } : undefined);
      }),
    );
  });

  it('from a lease grant is within it', () => {
    fc.assert(
      fc.property(access, fc.constantFrom(...LEASES), leaseActions, (asked, lease_id, actions) => {
        const got = given(() => grantedAccess(asked, { lease_id, actions }));
        if (!got) return;
        expect(got.lease_id).toBe(lease_id);
        expect(within(got.actions, actions)).toBe(true);
        expect(within(got.actions, asked.actions)).toBe(true);
        expect(Object.keys(got).sort()).toEqual(['actions', 'lease_id', 'type']);
      }),
    );
  });

  it('for an attachment is for nothing else', () => {
    fc.assert(
      fc.property(access, (asked) => {
        const got = given(() => attachmentAccess(asked));
        const isAttach =
          asked.actions.join() === 'attach' && asked.attachment !== undefined && asked.image === undefined;
        expect(got === undefined).toBe(!isAttach);
      }),
    );
  });
});
