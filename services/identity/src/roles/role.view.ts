import type { Inferences, Role as RoleBody, RoleReference } from '@ocx/openstack-api/identity/roles';
import type { Role } from './role.js';
import type { Implication } from './roles.repository.js';

export const roleView = (role: Role, base: string): RoleBody => ({
  id: role.id,
  name: role.name,
  domain_id: role.domainId,
  description: role.description,
  options: {},
  links: { self: `${base}/roles/${role.id}` },
});

const reference = (role: Role, base: string): RoleReference => ({
  id: role.id,
  name: role.name,
  links: { self: `${base}/roles/${role.id}` },
});

/** Keystone's `role_inferences`: each prior role with everything it implies directly. */
export function inferencesView(
  implications: readonly Implication[],
  roles: ReadonlyMap<string, Role>,
  base: string,
): Inferences[] {
  const priors = [...new Set(implications.map((implication) => implication.priorRoleId))];
  return priors.flatMap((priorId) => {
    const prior = roles.get(priorId);
    if (!prior) return [];
    const implies = implications
      .filter((implication) => implication.priorRoleId === priorId)
      .flatMap((implication) => roles.get(implication.impliedRoleId) ?? []);
    return [{ prior_role: reference(prior, base), implies: implies.map((role) => reference(role, base)) }];
  });
}

export const inferenceView = (prior: Role, implied: Role, base: string) => ({
  prior_role: reference(prior, base),
  implies: reference(implied, base),
});
