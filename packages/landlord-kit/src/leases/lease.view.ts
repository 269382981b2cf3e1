import type { LandlordLease } from '@ocx/openstack-api/exchange/landlord';
import type { StoredLease } from './leases.repository.js';

export function leaseView(lease: StoredLease): LandlordLease {
  const { id, projectId, resource, state, usageSeq } = lease;
  return { id, project_id: projectId, resource, state, usage_seq: usageSeq };
}
