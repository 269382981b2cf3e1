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

const PROJECTS = { 'OS-INHERIT:inherited_to': 'projects' as const };

function scopeView(row: NamedAssignment, names: boolean): RoleAssignment['scope'] {
  if (row.system) return { system: { all: true } };
  const inherited = row.inherited ? PROJECTS : {};
  if (row.projectId === null) return { domain: named(row.domainId, row.domainName, names), ...inherited };
  const domain = names ? { domain: named(row.targetDomainId, row.targetDomainName, true) } : {};
  return { project: { ...named(row.projectId, row.projectName, names), ...domain }, ...inherited };
}

/** Where the assignment itself is, which for an effective one is where it comes from. */
function link(row: NamedAssignment, base: string): string {
  const groupId = row.viaGroupId ?? row.groupId;
  const actor = groupId === null ? `users/${row.userId ?? ''}` : `groups/${groupId}`;
  const grant = `${actor}/roles/${row.viaRoleId ?? row.roleId}`;
  if (row.system) return `${base}/system/${grant}`;
  const domainId = row.viaDomainId ?? row.domainId;
  const target = domainId === null ? `projects/${row.viaProjectId ?? row.projectId ?? ''}` : `domains/${domainId}`;
  return row.inherited ? `${base}/OS-INHERIT/${target}/${grant}/inherited_to_projects` : `${base}/${target}/${grant}`;
}

/** The group and the rule through which an effective assignment came. */
const reasons = (row: NamedAssignment, base: string) => ({
  ...(row.viaGroupId === null ? {} : { membership: `${base}/groups/${row.viaGroupId}/users/${row.userId ?? ''}` }),
  ...(row.viaRoleId === null ? {} : { prior_role: `${base}/prior_role/${row.roleId}/implies/${row.viaRoleId}` }),
});

export function assignmentView(row: NamedAssignment, names: boolean, base: string): RoleAssignment {
  const domain = names ? { domain: named(row.actorDomainId, row.actorDomainName, true) } : {};
  const actor =
    row.userId === null
      ? { group: { ...named(row.groupId, row.groupName, names), ...domain } }
      : { user: { ...named(row.userId, row.userName, names), ...domain } };
  const ofDomain = row.roleDomainId !== null && names;
  return {
    role: {
      ...named(row.roleId, row.roleName, names),
      ...(ofDomain ? { domain: named(row.roleDomainId, row.roleDomainName, true) } : {}),
    },
    ...actor,
    scope: scopeView(row, names),
    links: { assignment: link(row, base), ...reasons(row, base) },
  };
}
