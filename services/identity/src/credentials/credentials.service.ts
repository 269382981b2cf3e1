import { Injectable } from '@nestjs/common';
import { Forbidden, InvalidInput, NotFound } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { isCloudAdmin } from '../policies/identity.policy.js';
import { UsersService } from '../users/users.service.js';
import type { Page, PageRequest } from '../wire/collection.js';
import { newId } from '../wire/id.js';
import {
  type Credential,
  EC2,
  ec2Blob,
  ec2CredentialId,
  isNarrowed,
  type Narrowing,
  narrowingOf,
  sameNarrowing,
} from './credential.js';
import { type CredentialFilter, CredentialsRepository } from './credentials.repository.js';
import { Delegations } from './delegations.js';

export interface CredentialFields {
  readonly blob?: string | undefined;
  readonly type?: string | undefined;
  readonly userId?: string | undefined;
  readonly projectId?: string | null | undefined;
}

const NOBODY: Page<Credential> = { items: [], next: undefined };

/** A user's own secrets; the operator's too. Whoever is neither learns no more than that one exists. */
@Injectable()
export class CredentialsService {
  constructor(
    private readonly repository: CredentialsRepository,
    private readonly users: UsersService,
    private readonly delegations: Delegations,
  ) {}

  /** All of them for the operator, their own for everybody else; of these what a delegated token may know. */
  async list(caller: Principal, filter: CredentialFilter, page: PageRequest): Promise<Page<Credential>> {
    const others = filter.userId !== undefined && filter.userId !== caller.userId;
    if (others && !isCloudAdmin(caller)) return NOBODY;
    const whose = isCloudAdmin(caller) ? {} : { userId: caller.userId };
    const where = this.delegations.isDelegated(caller) ? { projectId: caller.projectId ?? null } : {};
    const { items, next } = await this.repository.list({ ...filter, ...whose, ...where }, page);
    return { items: items.filter((credential) => this.delegations.mayKnow(caller, credential)), next };
  }

  async show(caller: Principal, id: string): Promise<Credential> {
    const credential = await this.repository.find(id);
    if (!credential) throw new NotFound(`Could not find credential: ${id}.`);
    this.checkOwner(caller, credential.userId);
    this.delegations.check(caller, credential);
    return credential;
  }

  async create(caller: Principal, fields: CredentialFields & { blob: string; type: string }): Promise<Credential> {
    const userId = fields.userId ?? caller.userId;
    this.checkOwner(caller, userId);
    await this.users.show(userId);
    const credential = {
      id: newId(),
      userId,
      projectId: fields.projectId ?? null,
      type: fields.type,
      blob: fields.blob,
    };
    const named = credential.type === EC2 ? await this.ec2(caller, credential) : credential;
    this.delegations.check(caller, named);
    await this.repository.insert(named);
    return named;
  }

  /** What limits a credential stays: with another trust or application credential in it, it would be another. */
  async update(caller: Principal, id: string, change: CredentialFields): Promise<Credential> {
    const before = await this.show(caller, id);
    const after: Credential = {
      id,
      userId: change.userId ?? before.userId,
      projectId: change.projectId === undefined ? before.projectId : change.projectId,
      type: change.type ?? before.type,
      blob: change.blob ?? before.blob,
    };
    this.checkOwner(caller, after.userId);
    await this.users.show(after.userId);
    this.checkNarrowing(before, after);
    if (after.type === EC2) await this.delegations.narrow(caller, after.userId, this.projectOf(after));
    this.delegations.check(caller, after);
    await this.repository.update(after);
    return after;
  }

  async delete(caller: Principal, id: string): Promise<void> {
    const { type } = await this.show(caller, id);
    if (type === EC2) await this.delegations.checkUnrestricted(caller);
    await this.repository.delete(id);
  }

  private checkOwner(caller: Principal, userId: string): void {
    if (userId === caller.userId || isCloudAdmin(caller)) return;
    throw new Forbidden('You are not authorized to perform the requested action.');
  }

  /** What the caller's token is limited to limits the credential; nobody adds or takes away such a limit by hand. */
  private async ec2(caller: Principal, credential: Credential): Promise<Credential> {
    const projectId = this.projectOf(credential);
    const blob = ec2Blob(credential.blob);
    if (isNarrowed(narrowingOf(blob))) throw new InvalidInput('The token says what limits a key; its blob must not.');
    const narrowing = await this.delegations.narrow(caller, credential.userId, projectId);
    return {
      ...credential,
      id: ec2CredentialId(blob.access),
      blob: isNarrowed(narrowing) ? JSON.stringify({ ...blob, ...narrowing }) : credential.blob,
    };
  }

  private projectOf({ projectId }: Credential): string {
    if (projectId !== null) return projectId;
    throw new InvalidInput('Expecting to find project_id in credential: type ec2 needs it.');
  }

  /** As another type for a while, a key would lose its limits; for another user or project, it would have other ones. */
  private checkNarrowing(before: Credential, after: Credential): void {
    const limits = ({ type, blob }: Credential): Narrowing => (type === EC2 ? narrowingOf(ec2Blob(blob)) : {});
    const [old, now] = [limits(before), limits(after)];
    if (!sameNarrowing(old, now)) {
      throw new InvalidInput('trust_id, app_cred_id and access_token_id of a credential cannot be changed.');
    }
    const isMoved = before.userId !== after.userId || before.projectId !== after.projectId;
    if (isNarrowed(old) && isMoved) throw new InvalidInput('A key that was delegated stays its user’s and project’s.');
  }
}
