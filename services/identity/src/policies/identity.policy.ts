import type { PolicyRule } from '@ocx/service-kit/auth';
import type { Principal } from '@ocx/service-kit/principal';
import type { ServiceRequest } from '@ocx/service-kit/service-request';
import { BROKER_ID } from '../exchange-parties/exchange-party.js';
import { ADMIN_ROLE, MEMBER_ROLE, SERVICE_ROLE } from '../roles/role.js';
import {
  EVERY_PERSONA,
  holdsOnDomain,
  holdsOnSystem,
  type Persona,
  type PersonaRole,
  personasFrom,
} from './persona.js';

const DENIED = 'You are not authorized to perform the requested action.';

/** A rule of identity's, with the personas that meet it whatever else they are. */
export interface IdentityRule extends PolicyRule {
  readonly personas: readonly Persona[];
  /** Who else meets it. */
  readonly besides?: string;
  /** The role on a domain that opens it for what is of the domain, which is looked up once this rule is met. */
  readonly inDomain?: PersonaRole;
  /** Whether somebody meets it without that. */
  readonly anywhere: (principal: Principal, request: ServiceRequest) => boolean;
}

interface RuleOfPersonas {
  readonly name: string;
  /** The least role on the system that meets it. The operator always does. */
  readonly system: PersonaRole;
  readonly domain?: PersonaRole;
  readonly also?: { readonly who: string; readonly check: (principal: Principal, request: ServiceRequest) => boolean };
}

const isUser = (principal: Principal): boolean => principal.exchange !== undefined;

export const isBroker = (principal: Principal): boolean =>
  principal.exchange === undefined && principal.clientId === BROKER_ID;

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
  principal.roles.includes(SERVICE_ROLE) && (principal.projectId !== undefined || principal.systemScope);

const pathUser = (request: ServiceRequest): string | undefined =>
  (request.params as Record<string, string | undefined>)['user_id'];

const isSelf = (principal: Principal, request: ServiceRequest): boolean =>
  isUser(principal) && principal.userId === pathUser(request);

/** A rule in the terms of Keystone's personas. */
function rule({ name, system, domain, also }: RuleOfPersonas): IdentityRule {
  const anywhere = (principal: Principal, request: ServiceRequest): boolean =>
    isCloudAdmin(principal) || holdsOnSystem(principal, system) || also?.check(principal, request) === true;
  const told = [
    `The role ${system} on the system, or admin on the admin project`,
    ...(domain === undefined ? [] : [`the role ${domain} on the domain that it is in`]),
    ...(also ? [also.who] : []),
  ];
  return {
    name,
    description: `${told.join('; ')}.`,
    message: DENIED,
    personas: [...personasFrom('system', system), ...(domain === undefined ? [] : personasFrom('domain', domain))],
    ...(also ? { besides: also.who } : {}),
    ...(domain === undefined ? {} : { inDomain: domain }),
    anywhere,
    check: (principal, request) =>
      anywhere(principal, request) || (domain !== undefined && holdsOnDomain(principal, domain)),
  };
}

export const anyUser: PolicyRule = {
  name: 'identity:any_user',
  description: 'Whoever holds a live exchange token.',
  message: DENIED,
  personas: EVERY_PERSONA,
  check: isUser,
};

export const registeredLimitReads: PolicyRule = {
  name: 'identity:list_registered_limits',
  description: 'Whoever holds a live exchange token; the broker, by an assertion signed with its enrolled key.',
  message: DENIED,
  personas: EVERY_PERSONA,
  check: (principal) => isUser(principal) || isBroker(principal),
};

export const limitReads: PolicyRule = {
  name: 'identity:list_limits',
  description:
    'Whoever holds a live exchange token, for their own; the broker, for those of the project that its query names.',
  message: DENIED,
  personas: EVERY_PERSONA,
  check: (principal, request) =>
    isUser(principal) || (isBroker(principal) && Boolean((request.query as Record<string, unknown>)['project_id'])),
};

const myself = { who: 'the user whom the path names', check: isSelf };

/** What concerns the whole exchange is changed by its operator. */
export const cloudAdmin = rule({ name: 'identity:cloud_admin', system: 'admin' });

export const cloudAdminOrSelf = rule({ name: 'identity:cloud_admin_or_self', system: 'admin', also: myself });

/** Who only reads makes no keys, nor takes any away. */
export const cloudAdminOrSelfAsMember = rule({
  name: 'identity:cloud_admin_or_self_as_member',
  system: 'admin',
  also: {
    who: 'the user whom the path names, with the role member',
    check: (principal, request) => isSelf(principal, request) && principal.roles.includes(MEMBER_ROLE),
  },
});

/** What concerns the whole exchange is seen by whoever looks after it. */
export const systemReads = rule({ name: 'identity:system_reads', system: 'reader' });

export const systemReadsOrBroker = rule({
  name: 'identity:system_reads_or_broker',
  system: 'reader',
  also: { who: 'the broker', check: isBroker },
});

export const systemReadsOrSelf = rule({ name: 'identity:system_reads_or_self', system: 'reader', also: myself });

export const domainReads = rule({ name: 'identity:domain_reads', system: 'reader', domain: 'reader' });

export const domainReadsOrSelf = rule({
  name: 'identity:domain_reads_or_self',
  system: 'reader',
  domain: 'reader',
  also: myself,
});

export const domainReadsOrOwnProject = rule({
  name: 'identity:domain_reads_or_own_project',
  system: 'reader',
  domain: 'reader',
  also: {
    who: 'a token of the project that the path names',
    check: (principal, request) =>
      isUser(principal) &&
      principal.projectId !== undefined &&
      principal.projectId === (request.params as Record<string, string | undefined>)['project_id'],
  },
});

export const systemReadsOrOwnDomain = rule({
  name: 'identity:system_reads_or_own_domain',
  system: 'reader',
  also: {
    who: 'a token of the domain that the path names, or of one of its projects',
    check: (principal, request) => {
      const domainId = (request.params as Record<string, string | undefined>)['domain_id'];
      return isUser(principal) && [principal.domainId, principal.projectDomainId].includes(domainId);
    },
  },
});

export const assignmentReads = rule({
  name: 'identity:list_role_assignments',
  system: 'reader',
  domain: 'reader',
  also: {
    who: 'a user who asks for their own (`user.id` of the query is theirs)',
    check: (principal, request) =>
      isUser(principal) && (request.query as Record<string, unknown>)['user.id'] === principal.userId,
  },
});

/** A domain looks after its own users, groups and projects, and who has which role on them. */
export const domainWrites = rule({ name: 'identity:domain_writes', system: 'admin', domain: 'manager' });

/** Whether somebody sees what is everybody's: the operator, and who reads on the system. */
export const readsEverything = (principal: Principal): boolean =>
  isCloudAdmin(principal) || holdsOnSystem(principal, 'reader');

export const self: PolicyRule = {
  name: 'identity:self',
  description: 'The user whom the path names, nobody else.',
  message: DENIED,
  personas: [],
  check: isSelf,
};

/** What these looked after would outlive them. */
const notByDelegates = <Rule extends PolicyRule>(allowed: Rule, name: string): Rule => ({
  ...allowed,
  name,
  description: `${allowed.description} Never by a token of a trust or an OAuth consumer.`,
  check: (principal: Principal, request: ServiceRequest) =>
    !principal.exchange?.trust && !principal.exchange?.oauth && allowed.check(principal, request),
});

export const readsApplicationCredentials = notByDelegates(systemReadsOrSelf, 'identity:get_application_credential');

export const makesApplicationCredentials = notByDelegates(self, 'identity:create_application_credential');

export const endsApplicationCredentials = notByDelegates(cloudAdminOrSelf, 'identity:delete_application_credential');

export const tokenInspection: PolicyRule = {
  name: 'identity:validate_token',
  description: 'The operator, a service, or the very user of the token in X-Subject-Token (checked with the token).',
  message: DENIED,
  personas: EVERY_PERSONA,
  check: isUser,
};

export const mayInspectAnyToken = (principal: Principal): boolean => isCloudAdmin(principal) || isService(principal);

export const ownCredentials: PolicyRule = {
  name: 'identity:own_credentials',
  description: 'Every user, for their own credentials; the operator for everybody’s (checked with the credential).',
  message: DENIED,
  personas: EVERY_PERSONA,
  check: isUser,
};

export const involvedInTrust: PolicyRule = {
  name: 'identity:involved_in_trust',
  description:
    'Trustor or trustee; only the trustor makes and ends it; the operator (checked with the trust). Never by an application credential.',
  message: DENIED,
  personas: EVERY_PERSONA,
  // The trust would outlive the credential, and tell of delegations that it was no part of.
  check: (principal) => isUser(principal) && principal.exchange?.application_credential === undefined,
};

const signedRequests = (name: string): PolicyRule => ({
  name,
  description:
    'A service that received a signed request, or the operator: whoever else sees one must not make a token of it.',
  message: DENIED,
  personas: personasFrom('system', 'admin'),
  check: mayInspectAnyToken,
});

export const ec2TokenAuthentication = signedRequests('identity:ec2tokens_validate');

export const s3TokenAuthentication = signedRequests('identity:s3tokens_validate');

export const brokerOnly: PolicyRule = {
  name: 'ocx:broker',
  description: 'The broker, by an assertion signed with its enrolled key.',
  message: DENIED,
  personas: [],
  check: isBroker,
};

export const landlordOnly: PolicyRule = {
  name: 'ocx:landlord',
  description: 'A landlord, by an assertion signed with its enrolled key.',
  message: DENIED,
  personas: [],
  check: (principal) =>
    principal.exchange === undefined && principal.clientId !== undefined && principal.clientId !== BROKER_ID,
};
