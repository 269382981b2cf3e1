import type { Revocation as RevocationBody } from '@ocx/openstack-api/identity/revocations';
import { timestamp } from '../wire/timestamp.js';
import type { Revocation } from './revocation.js';

export const revocationView = (revocation: Revocation): RevocationBody => ({
  seq: revocation.seq,
  ...(revocation.auditId === null ? {} : { audit_id: revocation.auditId }),
  ...(revocation.userId === null ? {} : { user_id: revocation.userId }),
  ...(revocation.projectId === null ? {} : { project_id: revocation.projectId }),
  issued_before: timestamp(revocation.issuedBefore),
});
