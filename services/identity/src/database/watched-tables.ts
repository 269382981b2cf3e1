/** What the triggers of these tables notify on, with the table's name. */
export const CHANGES_CHANNEL = 'ocx_table_changes';

/** The tables whose changes are told, each by a statement-level trigger. */
export const WATCHED_TABLES = [
  'revocations',
  'domains',
  'projects',
  'users',
  'groups',
  'group_memberships',
  'roles',
  'implied_roles',
  'role_assignments',
  'services',
  'endpoints',
  'endpoint_groups',
  'project_endpoints',
  'project_endpoint_groups',
  'service_providers',
  'application_credentials',
  'application_credential_roles',
  'access_rules',
  'application_credential_access_rules',
] as const;
export type WatchedTable = (typeof WATCHED_TABLES)[number];
