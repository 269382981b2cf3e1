import type { Credential as CredentialBody, Ec2Credential } from '@ocx/openstack-api/identity/credentials';
import { type Credential, ec2Blob } from './credential.js';

export const credentialView = (credential: Credential, base: string): CredentialBody => ({
  id: credential.id,
  user_id: credential.userId,
  project_id: credential.projectId,
  type: credential.type,
  blob: credential.blob,
  links: { self: `${base}/credentials/${credential.id}` },
});

export function ec2CredentialView(credential: Credential, base: string): Ec2Credential {
  const { access, secret, trust_id } = ec2Blob(credential.blob);
  return {
    access,
    secret,
    user_id: credential.userId,
    tenant_id: credential.projectId ?? '',
    trust_id: trust_id ?? null,
    links: { self: `${base}/users/${credential.userId}/credentials/OS-EC2/${access}` },
  };
}
