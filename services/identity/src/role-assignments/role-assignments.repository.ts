import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CLOSURE, givesGlobalRole } from '../roles/implied-closure.js';
import type { Role } from '../roles/role.js';
import { type AssignmentFilter, EFFECTIVE_ROLES, listQuery, LIVE } from './assignment-queries.js';
import type { RoleAssignment, Target } from './role-assignment.js';
import { RoleAssignmentEntity } from './role-assignment.entity.js';

/** An assignment with every name a client may ask for. */
export interface NamedAssignment {
  readonly roleId: string;
  readonly roleName: string;
  readonly roleDomainId: string | null;
  readonly roleDomainName: string | null;
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
  readonly inherited: boolean;
  /** Where an effective assignment comes from, when that is not itself. */
  readonly viaProjectId: string | null;
  readonly viaDomainId: string | null;
  readonly viaGroupId: string | null;
  readonly viaRoleId: string | null;
}

const columns = (assignment: RoleAssignment) => ({
  roleId: assignment.roleId,
  userId: assignment.actor.type === 'user' ? assignment.actor.id : null,
  groupId: assignment.actor.type === 'group' ? assignment.actor.id : null,
  ...targetColumns(assignment.target),
  inherited: assignment.inherited ?? false,
});

const targetColumns = (target: Target) => ({
  projectId: target.type === 'project' ? target.id : null,
  domainId: target.type === 'domain' ? target.id : null,
  system: target.type === 'system',
});

@Injectable()
export class RoleAssignmentsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Everything the user may do on the target: direct, through groups, inherited, and implied. One query. */
  effectiveRoles(userId: string, target: Target): Promise<Role[]> {
    const { projectId, domainId, system } = targetColumns(target);
    return this.dataSource.query<Role[]>(EFFECTIVE_ROLES, [userId, projectId, domainId, system]);
  }

  /** Ids of the domains on which the user has a role, and whether one on the system. */
  async scopesOf(userId: string): Promise<{ domainIds: string[]; system: boolean }> {
    const rows = await this.dataSource.query<{ domain_id: string | null }[]>(
      `WITH RECURSIVE ${CLOSURE}
       SELECT DISTINCT ra.domain_id FROM role_assignments ra
        WHERE (ra.user_id = $1 OR ra.group_id = ANY(ARRAY(SELECT group_id FROM group_memberships WHERE user_id = $1 AND ${LIVE})))
          AND (ra.domain_id IS NOT NULL OR ra.system) AND NOT ra.inherited AND ${givesGlobalRole('ra')}`,
      [userId],
    );
    return {
      domainIds: rows.flatMap((row) => row.domain_id ?? []),
      system: rows.some((row) => row.domain_id === null),
    };
  }

  list(filter: AssignmentFilter): Promise<NamedAssignment[]> {
    const { text, values } = listQuery(filter);
    return this.dataSource.query<NamedAssignment[]>(text, [...values]);
  }

  async exists(assignment: RoleAssignment): Promise<boolean> {
    const { system, inherited, ...ids } = columns(assignment);
    const where = Object.fromEntries(Object.entries(ids).filter(([, value]) => value !== null));
    return this.dataSource.getRepository(RoleAssignmentEntity).existsBy({ ...where, system, inherited });
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
    const { system, inherited, ...ids } = columns(assignment);
    const where = Object.fromEntries(Object.entries(ids).filter(([, value]) => value !== null));
    const result = await tx.getRepository(RoleAssignmentEntity).delete({ ...where, system, inherited });
    return (result.affected ?? 0) > 0;
  }

  async groupMembers(tx: EntityManager, groupId: string): Promise<string[]> {
    const rows = await tx.query<{ user_id: string }[]>('SELECT user_id FROM group_memberships WHERE group_id = $1', [
      groupId,
    ]);
    return rows.map((row) => row.user_id);
  }
}
