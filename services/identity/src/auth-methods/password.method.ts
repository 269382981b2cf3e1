import { Injectable } from '@nestjs/common';
import { InvalidInput, Unauthenticated } from '@ocx/service-kit/errors';
import { PasswordCheck } from '../users/password-check.js';
import type { UserWithDomain } from '../users/user.js';
import { UsersService } from '../users/users.service.js';
import type { AuthIdentity, UserReference } from '@ocx/openstack-api/identity/auth';
import { type Authentication, refused } from './authentication.js';

@Injectable()
export class PasswordMethod {
  constructor(
    private readonly users: UsersService,
    private readonly check: PasswordCheck,
  ) {}

  /** An expired password is told only to who knows it; every other failure costs the same work and has one answer. */
  async authenticate(payload: AuthIdentity['password']): Promise<Authentication> {
    if (!payload) throw new InvalidInput('Expecting to find password in identity.');
    const user = await this.check.verify(await this.find(payload.user), payload.user.password);
    if (!user) throw refused();
    if (user.passwordExpiresAt !== null && user.passwordExpiresAt.getTime() <= Date.now()) {
      throw new Unauthenticated(`The password is expired and needs to be changed for user: ${user.id}.`);
    }
    return { user, methods: ['password'] };
  }

  async find(reference: UserReference): Promise<UserWithDomain | undefined> {
    if (reference.id !== undefined) return this.users.find(reference.id);
    if (reference.name === undefined || reference.domain === undefined) {
      throw new InvalidInput('Expecting to find user id, or name and domain.');
    }
    return this.users.findByName(reference.name, reference.domain);
  }
}
