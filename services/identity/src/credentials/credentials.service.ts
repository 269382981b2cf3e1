import { Injectable } from '@nestjs/common';
import { Forbidden, InvalidInput, NotFound } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { isCloudAdmin } from '../policies/identity.policy.js';
import { UsersService } from '../users/users.service.js';
import type { Page, PageRequest } from '../wire/collection.js';
import { newId } from '../wire/id.js';
import { type Credential, EC2, ec2Blob, ec2CredentialId } from './credential.js';
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

  /** All of them for the operator, their own for everybody else. */
  async list(caller: Principal, filter: CredentialFilter, page: PageRequest): Promise<Page<Credential>> {
    if (isCloudAdmin(caller)) return this.repository.list(filter, page);
    if (filter.userId !== undefined && filter.userId !== caller.userId) return NOBODY;
    return this.repository.list({ ...filter, userId: caller.userId }, page);
  }

  async show(caller: Principal, id: string): Promise<Credential> {
    const credential = await this.repository.find(id);
    if (!credential) throw new NotFound(`Could not find credential: ${id}.`);
    this.checkOwner(caller, credential.userId);
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
    await this.repository.insert(named);
    return named;
  }

  /** What a credential delegates stays: with another trust or application credential in it, it would be another. */
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
    if (after.type === EC2) this.checkUnchanged(before, after);
    await this.repository.update(after);
    return after;
  }

  async delete(caller: Principal, id: string): Promise<void> {
    await this.show(caller, id);
    await this.repository.delete(id);
  }

  private checkOwner(caller: Principal, userId: string): void {
    if (userId === caller.userId || isCloudAdmin(caller)) return;
    throw new Forbidden('You are not authorized to perform the requested action.');
  }

  /** What the caller's token is limited to limits the credential; nobody adds or takes away such a limit by hand. */
  private async ec2(caller: Principal, credential: Credential): Promise<Credential> {
    this.checkProject(credential);
    const blob = ec2Blob(credential.blob);
    if (blob.trust_id ?? blob.app_cred_id) throw new InvalidInput('trust_id and app_cred_id come from the token.');
    const delegation = await this.delegations.of(caller);
    return {
      ...credential,
      id: ec2CredentialId(blob.access),
      blob: delegation ? JSON.stringify({ ...blob, ...delegation }) : credential.blob,
    };
  }

  private checkProject({ projectId }: Credential): void {
    if (projectId === null) throw new InvalidInput('Expecting to find project_id in credential: type ec2 needs it.');
  }

  private checkUnchanged(before: Credential, after: Credential): void {
    this.checkProject(after);
    const [old, blob] = [before.type === EC2 ? ec2Blob(before.blob) : undefined, ec2Blob(after.blob)];
    const same = (['trust_id', 'app_cred_id'] as const).every((key) => (old?.[key] ?? null) === (blob[key] ?? null));
    if (!same) throw new InvalidInput('trust_id and app_cred_id of a credential cannot be changed.');
  }
}
