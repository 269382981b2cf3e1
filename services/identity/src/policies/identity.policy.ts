import type { PolicyRule } from '@ocx/service-kit/auth';
import type { Principal } from '@ocx/service-kit/principal';
import type { ServiceRequest } from '@ocx/service-kit/service-request';
import { BROKER_ID } from '../exchange-parties/exchange-party.js';
import { ADMIN_ROLE } from '../roles/role.js';

const DENIED = 'You are not authorized to perform the requested action.';

const isUser = (principal: Principal): boolean => principal.exchange !== undefined;

/**
 * The operator: the role `admin` in system scope or on the admin project. `admin` of any other project or domain is
 * that project's or domain's matter and opens nothing here.
 */
export function isCloudAdmin(principal: Principal): boolean {
  if (!principal.roles.includes(ADMIN_ROLE)) return false;
  return principal.systemScope || principal.exchange?.is_admin_project === true;
}

/** The service role validates others' tokens, as OpenStack services do. */
const isService = (principal: Principal): boolean =>
  principal.roles.includes('service') && (principal.projectId !== undefined || principal.systemScope);

const pathUser = (request: ServiceRequest): string | undefined =>
  (request.params as Record<string, string | undefined>)['user_id'];

const isSelf = (principal: Principal, request: ServiceRequest): boolean =>
  isUser(principal) && principal.userId === pathUser(request);

export const anyUser: PolicyRule = {
  name: 'identity:any_user',
  description: 'Whoever holds a live exchange token.',
  message: DENIED,
  check: isUser,
};

export const cloudAdmin: PolicyRule = {
  name: 'identity:cloud_admin',
  description: 'The role admin, in system scope or on the admin project.',
  message: `${DENIED} It requires the role admin on the admin project or the system.`,
  check: isCloudAdmin,
};

export const cloudAdminOrSelf: PolicyRule = {
  name: 'identity:cloud_admin_or_self',
  description: 'The operator, or the user whom the path names.',
  message: DENIED,
  check: (principal, request) => isCloudAdmin(principal) || isSelf(principal, request),
};

export const self: PolicyRule = {
  name: 'identity:self',
  description: 'The user whom the path names, nobody else.',
  message: DENIED,
  check: isSelf,
};

export const cloudAdminOrOwnProject: PolicyRule = {
  name: 'identity:cloud_admin_or_own_project',
  description: 'The operator, or a token of the project that the path names.',
  message: DENIED,
  check: (principal, request) =>
    isCloudAdmin(principal) ||
    (isUser(principal) &&
      principal.projectId !== undefined &&
      principal.projectId === (request.params as Record<string, string | undefined>)['project_id']),
};

export const cloudAdminOrOwnDomain: PolicyRule = {
  name: 'identity:cloud_admin_or_own_domain',
  description: 'The operator, or a user whose token is of a user, project or scope of the domain that the path names.',
  message: DENIED,
  check: (principal, request) => {
    const domainId = (request.params as Record<string, string | undefined>)['domain_id'];
    if (isCloudAdmin(principal)) return true;
    return isUser(principal) && [principal.domainId, principal.projectDomainId].includes(domainId);
  },
};

export const cloudAdminOrOwnAssignments: PolicyRule = {
  name: 'identity:cloud_admin_or_own_assignments',
  description: 'The operator lists every assignment; a user lists their own (`user.id` of the query is theirs).',
  message: DENIED,
  check: (principal, request) =>
    isCloudAdmin(principal) ||
    (isUser(principal) && (request.query as Record<string, unknown>)['user.id'] === principal.userId),
};

export const tokenInspection: PolicyRule = {
  name: 'identity:validate_token',
  description: 'The operator, a service, or the very user of the token in X-Subject-Token (checked with the token).',
  message: DENIED,
  check: isUser,
};

export const mayInspectAnyToken = (principal: Principal): boolean => isCloudAdmin(principal) || isService(principal);

export const ownCredentials: PolicyRule = {
  name: 'identity:own_credentials',
  description: 'Every user, for their own credentials; the operator for everybody’s (checked with the credential).',
  message: DENIED,
  check: isUser,
};

export const involvedInTrust: PolicyRule = {
  name: 'identity:involved_in_trust',
  description: 'Trustor or trustee; only the trustor makes and ends it; the operator (checked with the trust).',
  message: DENIED,
  check: isUser,
};

export const ec2TokenAuthentication: PolicyRule = {
  name: 'identity:ec2tokens_validate',
  description:
    'A service that received a signed request, or the operator: whoever else sees one must not make a token of it.',
  message: DENIED,
  check: mayInspectAnyToken,
};

export const brokerOnly: PolicyRule = {
  name: 'ocx:broker',
  description: 'The broker, by an assertion signed with its enrolled key.',
  message: DENIED,
  check: (principal) => principal.exchange === undefined && principal.clientId === BROKER_ID,
};

export const landlordOnly: PolicyRule = {
  name: 'ocx:landlord',
  description: 'A landlord, by an assertion signed with its enrolled key.',
  message: DENIED,
  check: (principal) =>
    principal.exchange === undefined && principal.clientId !== undefined && principal.clientId !== BROKER_ID,
};
