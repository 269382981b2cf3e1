import type { Principal } from '@ocx/service-kit/principal';
import { withAccessRules } from './access-rules.js';

/**
 * The exchange's operator, as identity means it: the role `admin` in system scope or on the admin project. `admin` of any
 * other project or domain is that project's or domain's matter and opens nothing here.
 */
export function isOperator(principal: Pick<Principal, 'realm' | 'roles' | 'systemScope' | 'exchange'>): boolean {
  if (principal.realm !== 'exchange' || !principal.roles.includes('admin')) return false;
  return principal.systemScope || principal.exchange?.is_admin_project === true;
}

const inProject = (principal: Principal) => principal.realm === 'exchange' && principal.projectId !== undefined;

/** Who may do what under `/exchange/v1`. */
export const EXCHANGE_POLICY = withAccessRules({
  market: {
    name: 'exchange:market:read',
    description: 'Landlords, offers and inventory: anybody with a token of this exchange.',
    check: (principal) => principal.realm === 'exchange',
  },
  quote: {
    name: 'exchange:quotes:create',
    description: 'Anybody in a project.',
    check: inProject,
    message: 'This needs a token that is scoped to a project.',
  },
  ownProject: {
    name: 'exchange:project:read',
    description: 'Members and readers of the project see its orders, leases, account and statements; the operator all.',
    check: (principal) => inProject(principal) || isOperator(principal),
    message: 'This needs a token that is scoped to a project.',
  },
  changeProject: {
    name: 'exchange:project:change',
    description: 'Members of the project end its leases; the operator any.',
    check: (principal) =>
      isOperator(principal) ||
      (inProject(principal) && principal.roles.some((role) => role === 'member' || role === 'admin')),
  },
  operator: {
    name: 'exchange:operate',
    description: 'The operator: role admin in system scope or on the admin project.',
    check: isOperator,
    message: 'Only the operator of the exchange may do this.',
  },
});
