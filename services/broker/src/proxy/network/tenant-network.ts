import { createHash } from 'node:crypto';
import type { Landlord } from '../../landlords/landlord.js';

/** A UUID that names one thing of one project at one landlord: the same for everybody who asks, told to nobody else. */
function derivedId(kind: string, projectId: string, landlordId: string): string {
  const digest = createHash('sha256').update(`ocx:${kind}:${projectId}:${landlordId}`).digest();
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.subarray(0, 16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Id of the network that a project's servers share at one compute landlord. */
export const networkId = (projectId: string, landlord: Landlord) => derivedId('network', projectId, landlord.id);

/** Id of the project's one security group. */
export const securityGroupId = (projectId: string) => derivedId('security-group', projectId, 'exchange');
