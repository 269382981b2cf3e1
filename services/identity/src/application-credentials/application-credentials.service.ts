import { Injectable } from '@nestjs/common';
import { Forbidden, InvalidInput, NotFound, QuotaExceeded } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { randomBytes } from 'node:crypto';
import { type FreshRead, FreshReads } from '../database/fresh-reads.js';
import { delegatedBudgets } from '../delegations/budget.js';
import { delegatedEnd } from '../delegations/expiry.js';
import { Transactions } from '../database/transactions.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { RevocationsService } from '../revocations/revocations.service.js';
import { RoleAssignmentsService } from '../role-assignments/role-assignments.service.js';
import type { Role } from '../roles/role.js';
import { newId } from '../wire/id.js';
import { delegatedRules } from './access-rules.js';
import type { AccessRule, ApplicationCredential } from './application-credential.js';
import type { NewApplicationCredential } from '@ocx/openstack-api/identity/application-credentials';
import { ApplicationCredentialsRepository, CREDENTIALS_PER_USER } from './application-credentials.repository.js';

const LATER = 'Requested expiration time is more than the application credential of this token can provide.';

@Injectable()
export class ApplicationCredentialsService {
  private readonly known: FreshRead<ApplicationCredential | undefined>;

  constructor(
    private readonly repository: ApplicationCredentialsRepository,
    private readonly assignments: RoleAssignmentsService,
    private readonly hasher: PasswordHasher,
    private readonly revocations: RevocationsService,
    private readonly transactions: Transactions,
    reads: FreshReads,
  ) {
    this.known = reads.of({
      tables: [
        'application_credentials',
        'application_credential_roles',
        'access_rules',
        'application_credential_access_rules',
        'roles',
      ],
    });
  }

  list(userId: string, name?: string): Promise<ApplicationCredential[]> {
    return this.repository.list(userId, name);
  }

  find(id: string): Promise<ApplicationCredential | undefined> {
    return this.known.get(id, () => this.repository.find(id));
  }

  findByName(userId: string, name: string): Promise<ApplicationCredential | undefined> {
    return this.repository.findByName(userId, name);
  }

  async show(userId: string, id: string): Promise<ApplicationCredential> {
    const credential = await this.repository.find(id);
    if (credential?.userId !== userId) throw new NotFound(`Could not find application credential: ${id}.`);
    return credential;
  }

  /**
   * Delegates to a program. Only the user's own live roles on the token's project, so that it never holds more than
   * its maker; a restricted credential makes none.
   * @returns the credential and its secret, which is never shown again
   */
  async create(caller: Principal, fields: NewApplicationCredential) {
    const maker = await this.checkUnrestricted(caller);
    // It would outlive the trust.
    if (caller.exchange?.trust) throw new Forbidden('A token of a trust makes no application credentials.');
    const projectId = caller.projectId;
    if (projectId === undefined) {
      throw new Forbidden('An application credential needs a project: authenticate with a project scope.');
    }
    const end = delegatedEnd(fields.expires_at, maker, LATER);
    if ((await this.repository.count(caller.userId)) >= CREDENTIALS_PER_USER) {
      throw new QuotaExceeded('Unable to create additional application credentials, maximum reached.');
    }
    const id = newId();
    const accessRules = delegatedRules(fields.access_rules, maker?.accessRules ?? null);
    const roles = await this.chooseRoles(caller, projectId, fields.roles ?? undefined);
    const budgets = delegatedBudgets(caller.exchange?.budgets, { id, roles, limit: fields['OS-OCX:budget'] });
    const secret = fields.secret ?? randomBytes(48).toString('base64url');
    const credential = await this.repository.insert({
      id,
      userId: caller.userId,
      projectId,
      name: fields.name,
      description: fields.description ?? null,
      secretHash: await this.hasher.hash(secret),
      ...end,
      unrestricted: fields.unrestricted ?? false,
      roles,
      budgets,
      accessRules,
    });
    return { credential, secret };
  }

  /**
   * Refuses what a token of a restricted application credential or of an OAuth consumer may not do: delegate.
   * @returns the application credential of the token, if it is of one
   */
  async checkUnrestricted(caller: Principal): Promise<ApplicationCredential | undefined> {
    if (caller.exchange?.oauth) throw new Forbidden('A token of an OAuth consumer delegates nothing further.');
    const id = caller.exchange?.application_credential?.id;
    if (id === undefined) return undefined;
    const used = await this.repository.find(id);
    if (used?.unrestricted !== true) {
      throw new Forbidden('This application credential is restricted and may not manage application credentials.');
    }
    return used;
  }

  /**
   * The roles asked for, which the user must hold, whenever they were given; by default all of the token's. What an
   * application credential makes gets no role that it lacks itself.
   */
  private async chooseRoles(
    caller: Principal,
    projectId: string,
    wanted: readonly ({ id: string } | { name: string })[] | undefined,
  ): Promise<Role[]> {
    const held = await this.assignments.effectiveRoles(caller.userId, { type: 'project', id: projectId });
    const ofToken = held.filter((role) => caller.roles.includes(role.name));
    if (ofToken.length === 0) throw new Forbidden('The token holds no role on its project.');
    if (wanted === undefined || wanted.length === 0) return ofToken;
    const usable = caller.exchange?.application_credential ? ofToken : held;
    return wanted.map((reference) => {
      const role = usable.find((r) => ('id' in reference ? r.id === reference.id : r.name === reference.name));
      const name = 'id' in reference ? reference.id : reference.name;
      if (!role) throw new InvalidInput(`Could not find role assignment with role: ${name}, on project ${projectId}.`);
      return role;
    });
  }

  /** Ends the credential and the tokens that it gave. */
  async delete(caller: Principal, userId: string, id: string): Promise<void> {
    await this.checkUnrestricted(caller);
    await this.show(userId, id);
    await this.transactions.run(async (tx) => {
      await this.repository.delete(tx, id);
      // Every token of the credential carries its id as second audit id; the user's other tokens live on.
      await this.revocations.revoke(tx, { auditId: id });
    });
  }

  listRules(userId: string): Promise<AccessRule[]> {
    return this.repository.listRules(userId);
  }

  async showRule(userId: string, id: string): Promise<AccessRule> {
    const rule = await this.repository.findRule(userId, id);
    if (!rule) throw new NotFound(`Could not find Access Rule: ${id}.`);
    return rule;
  }

  async deleteRule(caller: Principal, userId: string, id: string): Promise<void> {
    await this.checkUnrestricted(caller);
    await this.showRule(userId, id);
    await this.repository.deleteRule(id);
  }
}
