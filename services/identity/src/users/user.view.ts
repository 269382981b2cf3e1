import type { User as UserBody } from '@ocx/openstack-api/identity/users';
import type { User } from './user.js';

export const userView = (user: User, base: string): UserBody => ({
  ...user.extra,
  id: user.id,
  name: user.name,
  domain_id: user.domainId,
  enabled: user.enabled,
  ...(user.email === null ? {} : { email: user.email }),
  ...(user.description === null ? {} : { description: user.description }),
  ...(user.defaultProjectId === null ? {} : { default_project_id: user.defaultProjectId }),
  password_expires_at: null,
  options: {},
  ...(user.identityProviderId === null
    ? {}
    : {
        federated: [
          {
            idp_id: user.identityProviderId,
            protocols: [{ protocol_id: user.protocolId, unique_id: user.id }],
          },
        ],
      }),
  links: { self: `${base}/users/${user.id}` },
});
