import type { PolicyRule } from '@ocx/service-kit/auth';
import type { Principal } from '@ocx/service-kit/principal';
import { isOperator } from '../exchange-api/exchange.policy.js';
import { isAllowed } from './access-rules.js';

/**
 * A rule of the broker's OpenStack APIs. Every one also holds an application credential to its access rules, so that
 * no route can forget to.
 */
export function proxyPolicy(rule: PolicyRule): PolicyRule {
  return {
    ...rule,
    check: (principal, request) =>
      isAllowed(
        principal.exchange?.application_credential?.access_rules,
        request.method,
        request.raw.originalUrl ?? request.raw.url ?? '/',
      ) && rule.check(principal, request),
  };
}

const READER_ROLES = ['reader', 'member', 'admin'];
const WRITER_ROLES = ['member', 'admin'];
const hasOne = (principal: Principal, roles: readonly string[]) => principal.roles.some((role) => roles.includes(role));

export const projectReader = proxyPolicy({
  name: 'project:read',
  description: 'Members and readers of a project see what it leases.',
  check: (principal) => principal.projectId !== undefined && hasOne(principal, READER_ROLES),
});

export const projectMember = proxyPolicy({
  name: 'project:write',
  description: 'Members of a project order, change and end what it leases.',
  check: (principal) => principal.projectId !== undefined && hasOne(principal, WRITER_ROLES),
});

export const anyone = proxyPolicy({
  name: 'catalog:read',
  description: 'Products and zones: everybody who is logged in with a scope.',
  check: (principal) => principal.projectId !== undefined || isOperator(principal) || principal.systemScope,
});

export const administrator = proxyPolicy({
  name: 'admin',
  description: 'The operator of the exchange: role admin in system scope or on the admin project.',
  check: isOperator,
});
