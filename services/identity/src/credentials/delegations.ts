import { Injectable } from '@nestjs/common';
import { Forbidden } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { ApplicationCredentialsService } from '../application-credentials/application-credentials.service.js';
import { isCloudAdmin } from '../policies/identity.policy.js';
import { ProjectsService } from '../projects/projects.service.js';
import { RoleAssignmentsService } from '../role-assignments/role-assignments.service.js';
import { type Credential, EC2, ec2Blob, type Narrowing, narrowingOf, sameNarrowing, TOTP } from './credential.js';

/** What the caller's token is limited to; nothing for one that a user logged in for. */
function narrowingBy({ exchange }: Principal): Narrowing {
  if (exchange?.trust) return { trust_id: exchange.trust.id };
  if (exchange?.oauth) return { access_token_id: exchange.oauth.access_token_id };
  if (exchange?.application_credential) return { app_cred_id: exchange.application_credential.id };
  return {};
}

/**
 * A secret must not outgrow the token that it was made with, nor lead out of what the token was delegated: a delegated
 * token knows the credentials of its own project, of the access keys those that it made itself, and no second factors.
 */
@Injectable()
export class Delegations {
  constructor(
    private readonly applicationCredentials: ApplicationCredentialsService,
    private readonly projects: ProjectsService,
    private readonly assignments: RoleAssignmentsService,
  ) {}

  isDelegated(caller: Principal): boolean {
    return Object.keys(narrowingBy(caller)).length > 0;
  }

  /** Whether the caller's token may know of the credential, whosever it is. */
  mayKnow(caller: Principal, { type, projectId, blob }: Credential): boolean {
    if (!this.isDelegated(caller)) return true;
    if (projectId !== caller.projectId || type === TOTP) return false;
    return type !== EC2 || sameNarrowing(narrowingOf(ec2Blob(blob)), narrowingBy(caller));
  }

  check(caller: Principal, credential: Credential): void {
    if (this.mayKnow(caller, credential)) return;
    throw new Forbidden('A delegated token has the credentials of its own project only.');
  }

  /**
   * The limits that go into the blob of a key that the caller makes for the user and the project.
   * Throws NotFound for no project; {@link Forbidden} for a restricted application credential, which makes none; for a delegated token and a project
   * that is not its own; and for a project on which the user has no role, unless the operator makes it.
   */
  async narrow(caller: Principal, userId: string, projectId: string): Promise<Narrowing> {
    await this.checkUnrestricted(caller);
    await this.projects.show(projectId);
    if (this.isDelegated(caller)) {
      if (caller.projectId !== projectId) throw new Forbidden('A delegated token makes keys for its own project only.');
    } else if (!isCloudAdmin(caller)) {
      const roles = await this.assignments.effectiveRoles(userId, { type: 'project', id: projectId });
      if (roles.length === 0) throw new Forbidden('An access key is for a project on which its user has a role.');
    }
    return narrowingBy(caller);
  }

  /** Keys of an OAuth consumer carry its limits: they are not what a restricted credential would give away. */
  async checkUnrestricted(caller: Principal): Promise<void> {
    if (caller.exchange?.application_credential) await this.applicationCredentials.checkUnrestricted(caller);
  }
}
