import { projectAction } from '@ocx/landlord-kit/landlord.policy';
import { RESELLER_PREFIX } from '@ocx/openstack-api/object-store/constraints';
import { parseSwiftPath } from '@ocx/openstack-api/object-store/path';
import type { PolicyRule } from '@ocx/service-kit/auth';
import type { Principal } from '@ocx/service-kit/principal';

/** A URL that names no account passes: its handler refuses it in Swift's words, and it reaches nothing. */
function ownsAccount(principal: Principal, url: string): boolean {
  const target = parseSwiftPath(url.split('?', 1)[0] ?? '');
  return 'problem' in target || target.account === `${RESELLER_PREFIX}${principal.projectId ?? ''}`;
}

function inOwnAccount(rule: PolicyRule, name: string): PolicyRule {
  return {
    name,
    description: `${rule.description} Only in the account of the token's project.`,
    check: (principal, request) => rule.check(principal, request) && ownsAccount(principal, request.originalUrl),
    message: 'Access was denied to this resource.',
  };
}

export const readAccount = inOwnAccount(projectAction('read'), 'object-store:read');
export const writeAccount = inOwnAccount(projectAction('write'), 'object-store:write');
