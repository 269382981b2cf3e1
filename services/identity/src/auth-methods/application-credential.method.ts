import { Injectable } from '@nestjs/common';
import { InvalidInput } from '@ocx/service-kit/errors';
import type { ApplicationCredential } from '../application-credentials/application-credential.js';
import { ApplicationCredentialsService } from '../application-credentials/application-credentials.service.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { UsersService } from '../users/users.service.js';
import type { AuthIdentity } from '@ocx/openstack-api/identity/auth';
import { type Authentication, refused, usable } from './authentication.js';
import { PasswordMethod } from './password.method.js';

type Payload = NonNullable<AuthIdentity['application_credential']>;

@Injectable()
export class ApplicationCredentialMethod {
  constructor(
    private readonly credentials: ApplicationCredentialsService,
    private readonly users: UsersService,
    private readonly passwords: PasswordMethod,
    private readonly hasher: PasswordHasher,
  ) {}

  async authenticate(payload: Payload | undefined): Promise<Authentication> {
    if (!payload) throw new InvalidInput('Expecting to find application_credential in identity.');
    const credential = await this.find(payload);
    if (!(await this.hasher.matches(payload.secret, credential?.secretHash)) || !credential) throw refused();
    const expires = credential.expiresAt?.getTime();
    if (expires !== undefined && expires <= Date.now()) throw refused();
    const user = usable(await this.users.find(credential.userId));
    if (!user) throw refused();
    return {
      user,
      methods: ['application_credential'],
      applicationCredential: credential,
      ...(expires === undefined ? {} : { notAfter: expires / 1000 }),
    };
  }

  private async find(payload: Payload): Promise<ApplicationCredential | undefined> {
    if (payload.id !== undefined) return this.credentials.find(payload.id);
    if (payload.name === undefined || payload.user === undefined) {
      throw new InvalidInput('Expecting to find application credential id, or name and user.');
    }
    const user = await this.passwords.find(payload.user);
    return user && this.credentials.findByName(user.id, payload.name);
  }
}
