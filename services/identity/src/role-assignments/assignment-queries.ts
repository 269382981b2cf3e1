import { CLOSURE } from '../roles/implied-closure.js';

/** More rows than this are cut, and the answer says so. */
export const ASSIGNMENT_LIMIT = 10_000;

export const LIVE = '(expires_at IS NULL OR expires_at > now())';

/** Every project with each one above it. */
const TREE = `tree(ancestor, id) AS (
  SELECT parent_id, id FROM projects WHERE parent_id IS NOT NULL
  UNION ALL SELECT t.ancestor, p.id FROM tree t JOIN projects p ON p.parent_id = t.id)`;

/** Each assignment where it acts: an inherited one on every project below, or of its domain, never on its own place. */
const PLACED = `placed AS (
  SELECT role_id, user_id, group_id, project_id, domain_id, system,
         NULL::varchar AS via_project, NULL::varchar AS via_domain
    FROM role_assignments WHERE NOT inherited
  UNION ALL SELECT ra.role_id, ra.user_id, ra.group_id, t.id, NULL, false, ra.project_id, NULL
    FROM role_assignments ra JOIN tree t ON t.ancestor = ra.project_id WHERE ra.inherited
  UNION ALL SELECT ra.role_id, ra.user_id, ra.group_id, p.id, NULL, false, NULL, ra.domain_id
    FROM role_assignments ra JOIN projects p ON p.domain_id = ra.domain_id WHERE ra.inherited)`;

const EFFECTIVE = `
  SELECT DISTINCT c.implied AS role_id, coalesce(ra.user_id, m.user_id) AS user_id, NULL::varchar AS group_id,
         ra.project_id, ra.domain_id, ra.system, coalesce(ra.via_project, ra.via_domain) IS NOT NULL AS inherited,
         ra.via_project, ra.via_domain, ra.group_id AS via_group, nullif(ra.role_id, c.implied) AS via_role
    FROM placed ra
    JOIN closure c ON c.prior = ra.role_id
    JOIN roles e ON e.id = c.implied AND e.domain_id IS NULL
    LEFT JOIN group_memberships m ON m.group_id = ra.group_id AND ${LIVE}
   WHERE coalesce(ra.user_id, m.user_id) IS NOT NULL`;

const AS_GIVEN = `
  SELECT role_id, user_id, group_id, project_id, domain_id, system, inherited, NULL::varchar AS via_project,
         NULL::varchar AS via_domain, NULL::varchar AS via_group, NULL::varchar AS via_role
    FROM role_assignments`;

/**
 * Assignments with every name. Parameters: user, group, role, project, domain (each null for any), system only, with
 * the projects below, and inherited (null for any).
 */
export const listQuery = (effective: boolean): string => `
  WITH RECURSIVE ${CLOSURE}, ${TREE}, ${PLACED}, a AS (${effective ? EFFECTIVE : AS_GIVEN})
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
    LEFT JOIN users u ON u.id = a.user_id
    LEFT JOIN groups g ON g.id = a.group_id
    JOIN domains ad ON ad.id = coalesce(u.domain_id, g.domain_id)
    LEFT JOIN projects p ON p.id = a.project_id
    LEFT JOIN domains pd ON pd.id = p.domain_id
    LEFT JOIN domains td ON td.id = a.domain_id
   WHERE ($1::varchar IS NULL OR a.user_id = $1) AND ($2::varchar IS NULL OR a.group_id = $2)
     AND ($3::varchar IS NULL OR a.role_id = $3)
     AND ($4::varchar IS NULL OR a.project_id = $4
          OR ($7::boolean AND a.project_id IN (SELECT id FROM tree WHERE ancestor = $4)))
     AND ($5::varchar IS NULL OR a.domain_id = $5) AND (NOT $6::boolean OR a.system)
     AND ($8::boolean IS NULL OR a.inherited = $8)
   ORDER BY a.role_id, a.user_id, a.group_id, a.project_id, a.domain_id, a.via_role NULLS FIRST,
            a.via_group NULLS FIRST, a.via_project, a.via_domain
   LIMIT ${String(ASSIGNMENT_LIMIT + 1)}`;

/** What a user may do on a target: direct, through groups, inherited, and implied. User, project, domain, system. */
export const EFFECTIVE_ROLES = `
  WITH RECURSIVE above(id) AS (
    SELECT parent_id FROM projects WHERE id = $2 AND parent_id IS NOT NULL
    UNION SELECT p.parent_id FROM above JOIN projects p ON p.id = above.id WHERE p.parent_id IS NOT NULL),
  held(role_id) AS (
    SELECT ra.role_id FROM role_assignments ra
     WHERE (ra.user_id = $1
            OR ra.group_id IN (SELECT group_id FROM group_memberships WHERE user_id = $1 AND ${LIVE}))
       AND CASE WHEN ra.inherited
             THEN ra.project_id IN (SELECT id FROM above)
                  OR ra.domain_id = (SELECT domain_id FROM projects WHERE id = $2)
             ELSE ra.project_id = $2 OR ra.domain_id = $3 OR (ra.system AND $4::boolean) END
    UNION SELECT i.implied_role_id FROM held JOIN implied_roles i ON i.prior_role_id = held.role_id)
  SELECT r.id, r.name, r.domain_id AS "domainId", r.description FROM held JOIN roles r ON r.id = held.role_id
   WHERE r.domain_id IS NULL ORDER BY r.name`;
