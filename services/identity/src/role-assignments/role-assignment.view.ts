import type { RoleAssignment } from '@ocx/openstack-api/identity/role-assignments';
import type { NamedAssignment } from './role-assignments.repository.js';

/** What the row has whenever it has what the value belongs to. */
function present(value: string | null): string {
  if (value === null) throw new Error('A role assignment without its actor or its target.');
  return value;
}

const named = (id: string | null, name: string | null, names: boolean) => ({
  id: present(id),
  ...(names ? { name: present(name) } : {}),
});

function scopeView(row: NamedAssignment, names: boolean): RoleAssignment['scope'] {
  if (row.system) return { system: { all: true } };
  if (row.projectId === null) return { domain: named(row.domainId, row.domainName, names) };
  const domain = names ? { domain: named(row.targetDomainId, row.targetDomainName, true) } : {};
  return { project: { ...named(row.projectId, row.projectName, names), ...domain } };
}

function link(row: NamedAssignment, base: string): string {
  const actor = row.userId === null ? `groups/${row.groupId ?? ''}` : `users/${row.userId}`;
  if (row.system) return `${base}/system/${actor}/roles/${row.roleId}`;
  const target = row.projectId === null ? `domains/${row.domainId ?? ''}` : `projects/${row.projectId}`;
  return `${base}/${target}/${actor}/roles/${row.roleId}`;
}

export function assignmentView(row: NamedAssignment, names: boolean, base: string): RoleAssignment {
  const domain = names ? { domain: named(row.actorDomainId, row.actorDomainName, true) } : {};
  const actor =
    row.userId === null
      ? { group: { ...named(row.groupId, row.groupName, names), ...domain } }
      : { user: { ...named(row.userId, row.userName, names), ...domain } };
  return {
    role: named(row.roleId, row.roleName, names),
    ...actor,
    scope: scopeView(row, names),
    links: { assignment: link(row, base) },
  };
}
