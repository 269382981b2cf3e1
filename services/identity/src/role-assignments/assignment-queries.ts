import { CLOSURE } from '../roles/implied-closure.js';

/** More rows than this are cut, and the answer says so. */
export const ASSIGNMENT_LIMIT = 10_000;

type Bind = (value: string | boolean) => string;

export interface AssignmentFilter {
  readonly userId?: string | undefined;
  readonly groupId?: string | undefined;
  readonly roleId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly domainId?: string | undefined;
  readonly system?: boolean;
  /** The projects below `projectId` too. */
  readonly subtree?: boolean;
  /** Only inherited ones, or none of them. */
  readonly inherited?: boolean | undefined;
  /** Groups resolved to their members, roles to what they imply, inherited ones to the projects they reach. */
  readonly effective: boolean;
}

/** The ids of the projects above one. */
const ABOVE = (project: string): string => `WITH RECURSIVE above(id) AS (
  SELECT parent_id FROM projects WHERE id = ${project} AND parent_id IS NOT NULL
  UNION SELECT p.parent_id FROM above JOIN projects p ON p.id = above.id WHERE p.parent_id IS NOT NULL)
  SELECT id FROM above`;

export const LIVE = '(expires_at IS NULL OR expires_at > now())';

/** Each assignment where it acts: an inherited one on every project below, or of its domain, never on its own place. */
const PLACED = `placed AS (
  SELECT role_id, user_id, group_id, project_id, domain_id, system,
         NULL::varchar AS via_project, NULL::varchar AS via_domain
    FROM asked WHERE NOT inherited
  UNION ALL SELECT ra.role_id, ra.user_id, ra.group_id, t.id, NULL, false, ra.project_id, NULL
    FROM asked ra JOIN tree t ON t.ancestor = ra.project_id WHERE ra.inherited
  UNION ALL SELECT ra.role_id, ra.user_id, ra.group_id, p.id, NULL, false, NULL, ra.domain_id
    FROM asked ra, LATERAL (SELECT id FROM projects WHERE domain_id = ra.domain_id OFFSET 0) p WHERE ra.inherited)`;

const EFFECTIVE = `
  SELECT DISTINCT c.implied AS role_id, coalesce(ra.user_id, m.user_id) AS user_id, NULL::varchar AS group_id,
         ra.project_id, ra.domain_id, ra.system, coalesce(ra.via_project, ra.via_domain) IS NOT NULL AS inherited,
         ra.via_project, ra.via_domain, ra.group_id AS via_group, nullif(ra.role_id, c.implied) AS via_role
    FROM placed ra
    JOIN closure c ON c.prior = ra.role_id
    JOIN roles e ON e.id = c.implied AND e.domain_id IS NULL
    LEFT JOIN LATERAL (
      SELECT user_id FROM group_memberships WHERE group_id = ra.group_id AND ${LIVE} OFFSET 0) m ON true
   WHERE coalesce(ra.user_id, m.user_id) IS NOT NULL`;

const AS_GIVEN = `
  SELECT role_id, user_id, group_id, project_id, domain_id, system, inherited, NULL::varchar AS via_project,
         NULL::varchar AS via_domain, NULL::varchar AS via_group, NULL::varchar AS via_role
    FROM asked`;

/** Of the assignments those that may become part of the answer: a million others are not to be looked at. */
function asked(filter: AssignmentFilter, bind: Bind): string {
  const { effective, userId, groupId, projectId, domainId, roleId, system, subtree } = filter;
  const conditions: string[] = [];
  if (userId !== undefined) {
    const user = bind(userId);
    const groups = `SELECT group_id FROM group_memberships WHERE user_id = ${user} AND ${LIVE}`;
    conditions.push(effective ? `(user_id = ${user} OR group_id = ANY(ARRAY(${groups})))` : `user_id = ${user}`);
  }
  if (groupId !== undefined) conditions.push(`group_id = ${bind(groupId)}`);
  if (roleId !== undefined && !effective) conditions.push(`role_id = ${bind(roleId)}`);
  if (projectId !== undefined && subtree !== true) {
    const project = bind(projectId);
    const inherited = `inherited AND (project_id = ANY(ARRAY(${ABOVE(project)}))
      OR domain_id = (SELECT domain_id FROM projects WHERE id = ${project}))`;
    conditions.push(effective ? `(project_id = ${project} OR (${inherited}))` : `project_id = ${project}`);
  }
  if (domainId !== undefined) conditions.push(`domain_id = ${bind(domainId)}`);
  if (system === true) conditions.push('system');
  return `SELECT * FROM role_assignments ${where(conditions)}`;
}

const where = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;

/** What is asked for, of what became of the assignments. */
function wanted(filter: AssignmentFilter, bind: Bind): string {
  const { userId, groupId, roleId, projectId, domainId, system, subtree, inherited } = filter;
  const conditions: string[] = [];
  const equal = (column: string, value: string | boolean | undefined) => {
    if (value !== undefined) conditions.push(`a.${column} = ${bind(value)}`);
  };
  equal('user_id', userId);
  equal('group_id', groupId);
  equal('role_id', roleId);
  equal('domain_id', domainId);
  equal('inherited', inherited);
  if (system === true) conditions.push('a.system');
  if (projectId !== undefined) {
    const project = bind(projectId);
    const below = subtree === true ? ` OR a.project_id IN (SELECT id FROM tree WHERE ancestor = ${project})` : '';
    conditions.push(`(a.project_id = ${project}${below})`);
  }
  return where(conditions);
}

const ORDER = `a.role_id, a.user_id, a.group_id, a.project_id, a.domain_id, a.via_role NULLS FIRST,
  a.via_group NULLS FIRST, a.via_project, a.via_domain`;

/** One look-up for each row: how few rows there are PostgreSQL cannot know, and would read the whole table. */
const named = (table: string, as: string, id: string): string =>
  `LATERAL (SELECT name, domain_id FROM ${table} WHERE id = ${id} LIMIT 1) ${as} ON true`;

/** Assignments with every name. */
export function listQuery(filter: AssignmentFilter): { readonly text: string; readonly values: readonly unknown[] } {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${String(values.push(value))}`;
  const source = asked(filter, bind);
  const root = filter.subtree === true && filter.projectId !== undefined ? bind(filter.projectId) : 'NULL';
  const text = `
  WITH RECURSIVE ${CLOSURE}, asked AS MATERIALIZED (${source}),
  tree(ancestor, id) AS (
    SELECT parent_id, id FROM projects
     WHERE parent_id = ANY(ARRAY(SELECT project_id FROM asked WHERE inherited UNION SELECT ${root}::varchar))
    UNION SELECT t.ancestor, p.id FROM tree t JOIN projects p ON p.parent_id = t.id),
  ${PLACED}, effective AS (${filter.effective ? EFFECTIVE : AS_GIVEN}),
  a AS MATERIALIZED (SELECT a.* FROM effective a ${wanted(filter, bind)} ORDER BY ${ORDER} LIMIT ${String(ASSIGNMENT_LIMIT + 1)})
  SELECT a.role_id AS "roleId", r.name AS "roleName", rd.id AS "roleDomainId", rd.name AS "roleDomainName",
         a.user_id AS "userId", u.name AS "userName",
         a.group_id AS "groupId", g.name AS "groupName", ad.id AS "actorDomainId", ad.name AS "actorDomainName",
         a.project_id AS "projectId", p.name AS "projectName", a.domain_id AS "domainId", td.name AS "domainName",
         pd.id AS "targetDomainId", pd.name AS "targetDomainName", a.system, a.inherited,
         a.via_project AS "viaProjectId", a.via_domain AS "viaDomainId", a.via_group AS "viaGroupId",
         a.via_role AS "viaRoleId"
    FROM a
    JOIN roles r ON r.id = a.role_id
    LEFT JOIN domains rd ON rd.id = r.domain_id
    LEFT JOIN ${named('users', 'u', 'a.user_id')}
    LEFT JOIN ${named('groups', 'g', 'a.group_id')}
    JOIN domains ad ON ad.id = coalesce(u.domain_id, g.domain_id)
    LEFT JOIN ${named('projects', 'p', 'a.project_id')}
    LEFT JOIN domains pd ON pd.id = p.domain_id
    LEFT JOIN domains td ON td.id = a.domain_id
   ORDER BY ${ORDER}`;
  return { text, values };
}

/** What a user may do on a target: direct, through groups, inherited, and implied. User, project, domain, system. */
export const EFFECTIVE_ROLES = `
  WITH RECURSIVE above(id) AS (
    SELECT parent_id FROM projects WHERE id = $2 AND parent_id IS NOT NULL
    UNION SELECT p.parent_id FROM above JOIN projects p ON p.id = above.id WHERE p.parent_id IS NOT NULL),
  held(role_id) AS (
    SELECT ra.role_id FROM role_assignments ra
     WHERE (ra.user_id = $1
            OR ra.group_id = ANY(ARRAY(SELECT group_id FROM group_memberships WHERE user_id = $1 AND ${LIVE})))
       AND CASE WHEN ra.inherited
             THEN ra.project_id IN (SELECT id FROM above)
                  OR ra.domain_id = (SELECT domain_id FROM projects WHERE id = $2)
             ELSE ra.project_id = $2 OR ra.domain_id = $3 OR (ra.system AND $4::boolean) END
    UNION SELECT i.implied_role_id FROM held JOIN implied_roles i ON i.prior_role_id = held.role_id)
  SELECT r.id, r.name, r.domain_id AS "domainId", r.description FROM held JOIN roles r ON r.id = held.role_id
   WHERE r.domain_id IS NULL ORDER BY r.name`;
