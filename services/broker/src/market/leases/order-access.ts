import type { LandlordAccess } from '@ocx/openstack-api/exchange/tokens';

/**
 * What an order does at a landlord under its tenant's token: claim the lease, then create what it is for. One token for
 * both, so that identity is asked once.
 */
export function orderAccess(leaseId: string): Omit<LandlordAccess, 'type'> {
  return { actions: ['claim', 'create'], lease_id: leaseId };
}
