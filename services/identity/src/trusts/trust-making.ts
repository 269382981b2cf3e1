import { Injectable } from '@nestjs/common';
import type { NewTrust } from '@ocx/openstack-api/identity/trusts';
import { Forbidden, InvalidInput, NotFound } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { ApplicationCredentialsService } from '../application-credentials/application-credentials.service.js';
import { delegatedBudgets } from '../delegations/budget.js';
import { delegatedEnd } from '../delegations/expiry.js';
import { RoleAssignmentsService } from '../role-assignments/role-assignments.service.js';
import type { Role } from '../roles/role.js';
import { newId } from '../wire/id.js';
import { isLive, MAX_REDELEGATION_COUNT, type Trust } from './trust.js';
import { TrustsRepository } from './trusts.repository.js';

type WantedRoles = NonNullable<NewTrust['roles']>;

const LATER = 'Requested expiration time is more than redelegated trust can provide.';

const forbid = (message: string): never => {
  throw new Forbidden(message);
};

/** What a user may entrust: never more than they hold, or than was entrusted to them. */
@Injectable()
export class TrustMaking {
  constructor(
    private readonly repository: TrustsRepository,
    private readonly assignments: RoleAssignmentsService,
    private readonly applicationCredentials: ApplicationCredentialsService,
  ) {}

  async from(caller: Principal, fields: NewTrust): Promise<Trust> {
    await this.applicationCredentials.checkUnrestricted(caller);
    const parent = await this.parentOf(caller);
    const projectId = fields.project_id ?? null;
    if (projectId === null && fields['OS-OCX:budget'] != null) throw new InvalidInput('A budget needs a project_id.');
    const id = newId();
    const roles = await this.roles(fields, parent);
    const trust: Trust = {
      id,
      trustorUserId: fields.trustor_user_id,
      trusteeUserId: fields.trustee_user_id,
      projectId,
      impersonation: fields.impersonation,
      ...delegatedEnd(fields.expires_at, parent, LATER),
      remainingUses: fields.remaining_uses ?? null,
      redelegatedTrustId: parent?.id ?? null,
      redelegationCount: this.depth(fields, parent),
      roles,
      budgets: delegatedBudgets(caller.exchange?.budgets, { id, roles, limit: fields['OS-OCX:budget'] }),
    };
    if (parent) this.checkNarrower(trust, parent);
    return trust;
  }

  private async parentOf(caller: Principal): Promise<Trust | undefined> {
    const id = caller.exchange?.trust?.id;
    if (id === undefined) return undefined;
    const parent = await this.repository.find(id);
    return parent && isLive(parent) ? parent : forbid('The trust of this token is over.');
  }

  private depth(fields: NewTrust, parent: Trust | undefined): number {
    const allowed = parent ? parent.redelegationCount - 1 : MAX_REDELEGATION_COUNT;
    if (allowed < 0) forbid('Remaining redelegation depth of 0 out of allowed range.');
    const wanted = fields.redelegation_count ?? undefined;
    if (wanted !== undefined && wanted > allowed) {
      forbid(`Requested redelegation depth of ${String(wanted)} is greater than allowed ${String(allowed)}.`);
    }
    if (fields.allow_redelegation !== true) return 0;
    if (fields.remaining_uses != null) forbid('remaining_uses must not be set if redelegation is allowed.');
    return wanted ?? allowed;
  }

  private async roles(fields: NewTrust, parent: Trust | undefined): Promise<readonly Role[]> {
    const { project_id: projectId, trustor_user_id: trustorId } = fields;
    const wanted = fields.roles ?? [];
    if (projectId == null) return wanted.length > 0 ? forbid('Roles are delegated on a project: name project_id.') : [];
    if (wanted.length === 0) forbid('At least one role should be specified.');
    if (parent)
      return this.choose(wanted, parent.roles, () => forbid('Some of requested roles are not in redelegated trust.'));
    const held = await this.assignments.effectiveRoles(trustorId, { type: 'project', id: projectId });
    return this.choose(wanted, held, (name) => {
      throw new NotFound(`Could not find role: ${name}.`);
    });
  }

  private choose(wanted: WantedRoles, held: readonly Role[], missing: (name: string) => never): Role[] {
    const chosen = wanted.map((one) => {
      const role = held.find(({ id, name }) => ('id' in one ? id === one.id : name === one.name));
      return role ?? missing('id' in one ? one.id : one.name);
    });
    return [...new Set(chosen)];
  }

  private checkNarrower(trust: Trust, parent: Trust): void {
    if (trust.remainingUses !== null) forbid('remaining_uses must not be set in order to redelegate a trust.');
    if (trust.projectId !== parent.projectId) forbid('A trust is redelegated for its own project.');
    if (trust.impersonation && !parent.impersonation) {
      forbid('Impersonation is not allowed because redelegated trust does not specify impersonation.');
    }
  }
}
