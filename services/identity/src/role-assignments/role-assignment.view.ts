import type { NamedAssignment } from './role-assignments.repository.js';

function scopeView(row: NamedAssignment, names: boolean) {
  if (row.system) return { system: { all: true } };
  if (row.projectId !== null) {
    const domain = { id: row.targetDomainId, name: row.targetDomainName };
    return { project: names ? { id: row.projectId, name: row.projectName, domain } : { id: row.projectId } };
  }
  return { domain: names ? { id: row.domainId, name: row.domainName } : { id: row.domainId } };
}

function link(row: NamedAssignment, base: string): string {
  const actor = row.userId === null ? `groups/${row.groupId ?? ''}` : `users/${row.userId}`;
  if (row.system) return `${base}/system/${actor}/roles/${row.roleId}`;
  const target = row.projectId === null ? `domains/${row.domainId ?? ''}` : `projects/${row.projectId}`;
  return `${base}/${target}/${actor}/roles/${row.roleId}`;
}

export function assignmentView(row: NamedAssignment, names: boolean, base: string) {
  const domain = { id: row.actorDomainId, name: row.actorDomainName };
  const actor =
    row.userId === null
      ? { group: names ? { id: row.groupId, name: row.groupName, domain } : { id: row.groupId } }
      : { user: names ? { id: row.userId, name: row.userName, domain } : { id: row.userId } };
  return {
    role: names ? { id: row.roleId, name: row.roleName } : { id: row.roleId },
    ...actor,
    scope: scopeView(row, names),
    links: { assignment: link(row, base) },
  };
}
