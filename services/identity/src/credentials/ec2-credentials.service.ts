import { Injectable } from '@nestjs/common';
import { Forbidden, NotFound } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { randomBytes } from 'node:crypto';
import { ProjectsService } from '../projects/projects.service.js';
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
    private readonly projects: ProjectsService,
    private readonly delegations: Delegations,
  ) {}

  async list(userId: string): Promise<readonly Credential[]> {
    await this.users.show(userId);
    const { items } = await this.repository.list({ userId, type: EC2 }, firstPage(AT_MOST));
    return items;
  }

  find(access: string): Promise<Credential | undefined> {
    return this.repository.find(ec2CredentialId(access));
  }

  async show(userId: string, access: string): Promise<Credential> {
    await this.users.show(userId);
    const credential = await this.find(access);
    if (credential?.type !== EC2) throw new NotFound(`Could not find credential: ${access}.`);
    if (credential.userId !== userId) throw new Forbidden('You are not authorized to perform the requested action.');
    return credential;
  }

  async create(caller: Principal, userId: string, projectId: string): Promise<Credential> {
    await this.users.show(userId);
    await this.projects.show(projectId);
    const delegation = await this.delegations.of(caller);
    // A delegated token is for one project: a key for another would be more than was delegated.
    if (delegation && caller.projectId !== projectId) {
      throw new Forbidden('A delegated token makes keys for its own project only.');
    }
    const [access, secret] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
    const blob = JSON.stringify({ access, secret, ...delegation });
    const credential = { id: ec2CredentialId(access), userId, projectId, type: EC2, blob };
    await this.repository.insert(credential);
    return credential;
  }

  async delete(userId: string, access: string): Promise<void> {
    const { id } = await this.show(userId, access);
    await this.repository.delete(id);
  }
}
