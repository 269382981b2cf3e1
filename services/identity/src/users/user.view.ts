import type { User as UserBody } from '@ocx/openstack-api/identity/users';
import { timestamp } from '../wire/timestamp.js';
import type { User } from './user.js';

/** Keystone writes this one without its zone. */
export const passwordExpiryView = (time: Date | null): string | null =>
  time === null ? null : timestamp(time).replace('Z', '');

export const userView = (user: User, base: string): UserBody => ({
  ...user.extra,
  id: user.id,
  name: user.name,
  domain_id: user.domainId,
  enabled: user.enabled,
  ...(user.email === null ? {} : { email: user.email }),
  ...(user.description === null ? {} : { description: user.description }),
  ...(user.defaultProjectId === null ? {} : { default_project_id: user.defaultProjectId }),
  password_expires_at: passwordExpiryView(user.passwordExpiresAt),
  options: user.options,
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
