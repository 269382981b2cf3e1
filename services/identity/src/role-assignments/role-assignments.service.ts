import { Injectable } from '@nestjs/common';
import { NotFound } from '@ocx/service-kit/errors';
import type { EntityManager } from 'typeorm';
import { type FreshRead, FreshReads } from '../database/fresh-reads.js';
import { Transactions } from '../database/transactions.js';
import { RevocationsService } from '../revocations/revocations.service.js';
import type { Role } from '../roles/role.js';
import { RolesService } from '../roles/roles.service.js';
import { AssignmentReferences } from './assignment-references.js';
import type { RoleAssignment, Target } from './role-assignment.js';
import type { AssignmentFilter } from './assignment-queries.js';
import { type NamedAssignment, RoleAssignmentsRepository } from './role-assignments.repository.js';

@Injectable()
export class RoleAssignmentsService {
  private readonly known: FreshRead<readonly Role[]>;

  constructor(
    private readonly repository: RoleAssignmentsRepository,
    private readonly references: AssignmentReferences,
    private readonly roles: RolesService,
    private readonly revocations: RevocationsService,
    private readonly transactions: Transactions,
    reads: FreshReads,
  ) {
    const tables = ['role_assignments', 'group_memberships', 'roles', 'implied_roles', 'projects'] as const;
    // Memberships end by the clock.
    this.known = reads.of({ tables, maxAgeMs: 1000 });
  }

  effectiveRoles(userId: string, target: Target): Promise<readonly Role[]> {
    const key = JSON.stringify([userId, target]);
    return this.known.get(key, () => this.repository.effectiveRoles(userId, target));
  }

  scopesOf(userId: string): Promise<{ domainIds: string[]; system: boolean }> {
    return this.repository.scopesOf(userId);
  }

  list(filter: AssignmentFilter): Promise<NamedAssignment[]> {
    return this.repository.list(filter);
  }

  /** Roles given to this very actor on this very target. */
  async listGranted({ actor, target, inherited }: Omit<RoleAssignment, 'roleId'>): Promise<Role[]> {
    await this.references.check(actor, target);
    const rows = await this.repository.list({
      effective: false,
      ...(actor.type === 'user' ? { userId: actor.id } : { groupId: actor.id }),
      ...(target.type === 'project' ? { projectId: target.id } : {}),
      ...(target.type === 'domain' ? { domainId: target.id } : {}),
      system: target.type === 'system',
      inherited: inherited ?? false,
    });
    const roles = await this.roles.findByIds(rows.map((row) => row.roleId));
    return roles.sort((a, b) => a.id.localeCompare(b.id));
  }

  async grant(assignment: RoleAssignment): Promise<void> {
    await this.references.checkReach(assignment.actor, assignment.target, assignment.roleId);
    await this.repository.add(assignment);
  }

  /** For a caller that has checked the references and brings its own transaction. */
  grantWithin(tx: EntityManager, assignment: RoleAssignment): Promise<void> {
    return this.repository.add(assignment, tx);
  }

  async check(assignment: RoleAssignment): Promise<void> {
    await this.references.check(assignment.actor, assignment.target, assignment.roleId);
    if (!(await this.repository.exists(assignment))) throw this.missing(assignment);
  }

  /** Tokens carry roles, so those that may carry this one end with it. */
  async revoke(assignment: RoleAssignment): Promise<void> {
    await this.transactions.run(async (tx) => {
      if (!(await this.repository.remove(tx, assignment))) throw this.missing(assignment);
      const { actor, target } = assignment;
      const users = actor.type === 'user' ? [actor.id] : await this.repository.groupMembers(tx, actor.id);
      const onlyThere = target.type === 'project' && assignment.inherited !== true;
      const projectId = onlyThere ? target.id : undefined;
      await this.revocations.revoke(tx, ...users.map((userId) => ({ userId, projectId })));
    });
  }

  private missing({ roleId, actor, target }: RoleAssignment): NotFound {
    const place = target.type === 'system' ? 'the system' : `${target.type} ${target.id}`;
    return new NotFound(
      `Could not find role assignment with role: ${roleId}, user or group: ${actor.id}, project, domain, or system: ${place}.`,
    );
  }
}
