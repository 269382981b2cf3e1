import type { Principal } from '@ocx/service-kit/principal';
import { withAccessRules } from '../exchange-api/access-rules.js';
import { isOperator } from '../exchange-api/exchange.policy.js';

const READER_ROLES = ['reader', 'member', 'admin'];
const WRITER_ROLES = ['member', 'admin'];
const hasOne = (principal: Principal, roles: readonly string[]) => principal.roles.some((role) => roles.includes(role));

/** Who may do what through OpenStack's APIs. */
export const PROXY_POLICY = withAccessRules({
  projectReader: {
    name: 'project:read',
    description: 'Members and readers of a project see what it leases.',
    check: (principal) => principal.projectId !== undefined && hasOne(principal, READER_ROLES),
  },
  projectMember: {
    name: 'project:write',
    description: 'Members of a project order, change and end what it leases.',
    check: (principal) => principal.projectId !== undefined && hasOne(principal, WRITER_ROLES),
  },
  anyone: {
    name: 'catalog:read',
    description: 'Products and zones: everybody who is logged in with a scope.',
    check: (principal) => principal.projectId !== undefined || isOperator(principal) || principal.systemScope,
  },
  administrator: {
    name: 'admin',
    description: 'The operator of the exchange: role admin in system scope or on the admin project.',
    check: isOperator,
  },
  images: {
    name: 'image:use',
    description:
      'Everybody with a project: own images in full, public, community and shared ones to read. Publishing, and the images of others, are the operator’s.',
    check: (principal) => principal.projectId !== undefined || isOperator(principal),
  },
  keypairs: {
    name: 'os_compute_api:os-keypairs',
    description: 'Everybody with a project manages their own key pairs; the operator anybody’s.',
    check: (principal) => principal.projectId !== undefined || isOperator(principal),
  },
});
