import type { LandlordAction } from '@ocx/openstack-api/exchange/tokens';
import type { PolicyRule } from '@ocx/service-kit/auth';
import type { Principal } from '@ocx/service-kit/principal';

const has = (principal: Principal, actions: readonly LandlordAction[]) =>
  actions.some((action) => principal.access?.actions.includes(action) === true);

/**
 * For `/landlord/v1`: a landlord token of the exchange that allows at least one of these actions. The landlord's own
 * users have no business there.
 */
export function landlordAction(...actions: [LandlordAction, ...LandlordAction[]]): PolicyRule {
  return {
    name: `landlord:${actions.join('|')}`,
    description: `A landlord token of the exchange with the action ${actions.join(' or ')}.`,
    check: (principal) => principal.realm === 'exchange' && has(principal, actions),
  };
}

const READERS = ['reader', 'member', 'manager', 'admin'];
const WRITERS = ['member', 'manager', 'admin'];

/**
 * For OpenStack's paths: whoever acts in a project. From the exchange the token's action decides, for identity granted
 * it under the tenant's roles; the landlord's own users need `reader` to read and `member` for the rest.
 */
export function projectAction(...actions: ['read' | 'write' | 'create' | 'image', ...LandlordAction[]]): PolicyRule {
  const roles = actions.includes('read') ? READERS : WRITERS;
  return {
    name: `project:${actions.join('|')}`,
    description: `A token for a project: action ${actions.join(' or ')} from the exchange, ${roles[0] ?? ''} or more at home.`,
    check: (principal) => {
      if (principal.projectId === undefined) return false;
      if (principal.realm === 'exchange') return has(principal, actions);
      return principal.roles.some((role) => roles.includes(role));
    },
  };
}

/** Any token at all: for version documents and what is the same for every project, such as flavors. */
export const anyPrincipal: PolicyRule = {
  name: 'authenticated',
  description: 'Any valid token.',
  check: () => true,
};
