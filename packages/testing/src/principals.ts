import type { LandlordAccess } from '@ocx/openstack-api/exchange/tokens';
import type { Principal } from '@ocx/service-kit/principal';
import { TEST_PROJECT, TEST_USER } from './token-mint.js';

const base: Principal = {
  realm: 'exchange',
  userId: TEST_USER.id,
  userDomainId: TEST_USER.domain.id,
  projectId: TEST_PROJECT.id,
  projectDomainId: TEST_PROJECT.domain.id,
  systemScope: false,
  roles: ['member'],
  tokenId: 'test-token',
  expiresAt: Number.MAX_SAFE_INTEGER,
  rawToken: 'not-a-token',
};

/** A tenant as a landlord sees it: by a landlord token with this access, `read` and `write` by default. */
export function tenantPrincipal(access: Partial<LandlordAccess> = {}, changes: Partial<Principal> = {}): Principal {
  return {
    ...base,
    clientId: 'broker',
    keyThumbprint: 'k'.repeat(43),
    access: { type: 'ocx:landlord', actions: ['read', 'write'], ...access },
    ...changes,
  };
}

/** One of a landlord's own users, or a tenant as identity and broker see it with `realm: 'exchange'`. */
export function userPrincipal(changes: Partial<Principal> = {}): Principal {
  return { ...base, realm: 'own', ...changes };
}
