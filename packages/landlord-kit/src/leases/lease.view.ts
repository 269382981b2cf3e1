import type { StoredLease } from './leases.repository.js';

export interface LeaseView {
  id: string;
  project_id: string;
  resource: StoredLease['resource'];
  state: StoredLease['state'];
  usage_seq: number;
}

export function leaseView(lease: StoredLease): LeaseView {
  const { id, projectId, resource, state, usageSeq } = lease;
  return { id, project_id: projectId, resource, state, usage_seq: usageSeq };
}
