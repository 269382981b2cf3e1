import type { PolicyDocument as PolicyBody } from '@ocx/openstack-api/identity/policies';
import type { PolicyDocument } from './policy-document.js';

export const policyView = ({ id, blob, type }: PolicyDocument, base: string): PolicyBody => ({
  id,
  blob,
  type,
  links: { self: `${base}/policies/${id}` },
});
