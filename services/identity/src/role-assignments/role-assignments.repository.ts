import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Role } from '../roles/role.js';
import type { RoleAssignment, Target } from './role-assignment.js';
import { RoleAssignmentEntity } from './role-assignment.entity.js';

export interface AssignmentFilter {
  readonly userId?: string | undefined;
  readonly groupId?: string | undefined;
  readonly roleId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly domainId?: string | undefined;
  readonly system?: boolean;
  /** Groups resolved to their members, roles to what they imply. */
  readonly effective: boolean;
}

/** An assignment with every name a client may ask for. */
export interface NamedAssignment {
  readonly roleId: string;
  readonly roleName: string;
  readonly userId: string | null;
  readonly userName: string | null;
  readonly groupId: string | null;
  readonly groupName: string | null;
  readonly actorDomainId: string;
  readonly actorDomainName: string;
  readonly projectId: string | null;
  readonly projectName: string | null;
  readonly domainId: string | null;
  readonly domainName: string | null;
  readonly targetDomainId: string | null;
  readonly targetDomainName: string | null;
  readonly system: boolean;
}

/** More rows than this are cut, and the answer says so. */
export const ASSIGNMENT_LIMIT = 10_000;

const LIVE = '(expires_at IS NULL OR expires_at > now())';

const EFFECTIVE = `
  SELECT DISTINCT c.implied AS role_id, coalesce(ra.user_id, m.user_id) AS user_id, NULL::varchar AS group_id,
         ra.project_id, ra.domain_id, ra.system
    FROM role_assignments ra
    JOIN closure c ON c.prior = ra.role_id
    LEFT JOIN group_memberships m ON m.group_id = ra.group_id AND ${LIVE}
   WHERE coalesce(ra.user_id, m.user_id) IS NOT NULL`;

const CLOSURE = `closure(prior, implied) AS (
  SELECT id, id FROM roles
  UNION SELECT c.prior, i.implied_role_id FROM closure c JOIN implied_roles i ON i.prior_role_id = c.implied)`;

const columns = (assignment: RoleAssignment) => ({
  roleId: assignment.roleId,
  userId: assignment.actor.type === 'user' ? assignment.actor.id : null,
  groupId: assignment.actor.type === 'group' ? assignment.actor.id : null,
  ...targetColumns(assignment.target),
});

const targetColumns = (target: Target) => ({
  projectId: target.type === 'project' ? target.id : null,
  domainId: target.type === 'domain' ? target.id : null,
  system: target.type === 'system',
});

@Injectable()
export class RoleAssignmentsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Everything the user may do on the target: direct, through groups, and implied. One query. */
  effectiveRoles(userId: string, target: Target): Promise<Role[]> {
    const { projectId, domainId, system } = targetColumns(target);
    return this.dataSource.query<Role[]>(
      `WITH RECURSIVE held(role_id) AS (
         SELECT ra.role_id FROM role_assignments ra
          WHERE (ra.user_id = $1
                 OR ra.group_id IN (SELECT group_id FROM group_memberships WHERE user_id = $1 AND ${LIVE}))
            AND (ra.project_id = $2 OR ra.domain_id = $3 OR (ra.system AND $4::boolean))
         UNION SELECT i.implied_role_id FROM held JOIN implied_roles i ON i.prior_role_id = held.role_id)
       SELECT r.id, r.name, r.description FROM held JOIN roles r ON r.id = held.role_id ORDER BY r.name`,
      [userId, projectId, domainId, system],
    );
  }

  /** Ids of the domains on which the user has a role, and whether one on the system. */
  async scopesOf(userId: string): Promise<{ domainIds: string[]; system: boolean }> {
    const rows = await this.dataSource.query<{ domain_id: string | null }[]>(
      `SELECT DISTINCT domain_id FROM role_assignments
        WHERE (user_id = $1 OR group_id IN (SELECT group_id FROM group_memberships WHERE user_id = $1 AND ${LIVE}))
          AND (domain_id IS NOT NULL OR system)`,
      [userId],
    );
    return {
      domainIds: rows.flatMap((row) => row.domain_id ?? []),
      system: rows.some((row) => row.domain_id === null),
    };
  }

  list(filter: AssignmentFilter): Promise<NamedAssignment[]> {
    const source = filter.effective
      ? EFFECTIVE
      : 'SELECT role_id, user_id, group_id, project_id, domain_id, system FROM role_assignments';
    return this.dataSource.query<NamedAssignment[]>(
      `WITH RECURSIVE ${CLOSURE}, a AS (${source})
       SELECT a.role_id AS "roleId", r.name AS "roleName", a.user_id AS "userId", u.name AS "userName",
              a.group_id AS "groupId", g.name AS "groupName", ad.id AS "actorDomainId", ad.name AS "actorDomainName",
              a.project_id AS "projectId", p.name AS "projectName", a.domain_id AS "domainId", td.name AS "domainName",
              pd.id AS "targetDomainId", pd.name AS "targetDomainName", a.system
         FROM a
         JOIN roles r ON r.id = a.role_id
         LEFT JOIN users u ON u.id = a.user_id
         LEFT JOIN groups g ON g.id = a.group_id
         JOIN domains ad ON ad.id = coalesce(u.domain_id, g.domain_id)
         LEFT JOIN projects p ON p.id = a.project_id
         LEFT JOIN domains pd ON pd.id = p.domain_id
         LEFT JOIN domains td ON td.id = a.domain_id
        WHERE ($1::varchar IS NULL OR a.user_id = $1) AND ($2::varchar IS NULL OR a.group_id = $2)
          AND ($3::varchar IS NULL OR a.role_id = $3) AND ($4::varchar IS NULL OR a.project_id = $4)
          AND ($5::varchar IS NULL OR a.domain_id = $5) AND (NOT $6::boolean OR a.system)
        ORDER BY a.role_id, a.user_id, a.group_id, a.project_id, a.domain_id
        LIMIT ${String(ASSIGNMENT_LIMIT + 1)}`,
      [
        filter.userId ?? null,
        filter.groupId ?? null,
        filter.roleId ?? null,
        filter.projectId ?? null,
        filter.domainId ?? null,
        filter.system ?? false,
      ],
    );
  }

  async exists(assignment: RoleAssignment): Promise<boolean> {
    const { system, ...ids } = columns(assignment);
    const where = Object.fromEntries(Object.entries(ids).filter(([, value]) => value !== null));
    return this.dataSource.getRepository(RoleAssignmentEntity).existsBy({ ...where, system });
  }

  /** Idempotent: the same grant twice is one. */
  async add(assignment: RoleAssignment, tx: EntityManager = this.dataSource.manager): Promise<void> {
    await tx
      .createQueryBuilder()
      .insert()
      .into(RoleAssignmentEntity)
      .values(columns(assignment))
      .orIgnore()
      .updateEntity(false)
      .execute();
  }

  /** False when there was no such assignment. */
  async remove(tx: EntityManager, assignment: RoleAssignment): Promise<boolean> {
    const { system, ...ids } = columns(assignment);
    const where = Object.fromEntries(Object.entries(ids).filter(([, value]) => value !== null));
    const result = await tx.getRepository(RoleAssignmentEntity).delete({ ...where, system });
    return (result.affected ?? 0) > 0;
  }

  async groupMembers(tx: EntityManager, groupId: string): Promise<string[]> {
    const rows = await tx.query<{ user_id: string }[]>('SELECT user_id FROM group_memberships WHERE group_id = $1', [
      groupId,
    ]);
    return rows.map((row) => row.user_id);
  }
}
