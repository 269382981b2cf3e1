import { Injectable } from '@nestjs/common';
import { Forbidden, NotFound } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { randomBytes } from 'node:crypto';
import { UsersService } from '../users/users.service.js';
import { firstPage } from '../wire/collection.js';
import { type Credential, EC2, ec2CredentialId } from './credential.js';
import { CredentialsRepository } from './credentials.repository.js';
import { Delegations } from './delegations.js';

/** Keystone lists no more of one user's. */
const AT_MOST = 1000;

/** Access keys: credentials of type `ec2`, whose blob identity makes itself. */
@Injectable()
export class Ec2CredentialsService {
  constructor(
    private readonly repository: CredentialsRepository,
    private readonly users: UsersService,
    private readonly delegations: Delegations,
  ) {}

  async list(caller: Principal, userId: string): Promise<readonly Credential[]> {
    await this.users.show(userId);
    const { items } = await this.repository.list({ userId, type: EC2 }, firstPage(AT_MOST));
    return items.filter((credential) => this.delegations.mayKnow(caller, credential));
  }

  find(access: string): Promise<Credential | undefined> {
    return this.repository.find(ec2CredentialId(access));
  }

  async show(caller: Principal, userId: string, access: string): Promise<Credential> {
    await this.users.show(userId);
    const credential = await this.find(access);
    if (credential?.type !== EC2) throw new NotFound(`Could not find credential: ${access}.`);
    if (credential.userId !== userId) throw new Forbidden('You are not authorized to perform the requested action.');
    this.delegations.check(caller, credential);
    return credential;
  }

  async create(caller: Principal, userId: string, projectId: string): Promise<Credential> {
    await this.users.show(userId);
    const narrowing = await this.delegations.narrow(caller, userId, projectId);
    const [access, secret] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
    const blob = JSON.stringify({ access, secret, ...narrowing });
    const credential = { id: ec2CredentialId(access), userId, projectId, type: EC2, blob };
    await this.repository.insert(credential);
    return credential;
  }

  async delete(caller: Principal, userId: string, access: string): Promise<void> {
    const { id } = await this.show(caller, userId, access);
    await this.delegations.checkUnrestricted(caller);
    await this.repository.delete(id);
  }
}
