import { Injectable } from '@nestjs/common';
import { InvalidInput } from '@ocx/service-kit/errors';
import { PasswordHasher } from '../passwords/password-hasher.js';
import type { UserWithDomain } from '../users/user.js';
import { UsersService } from '../users/users.service.js';
import type { AuthIdentity, UserReference } from '@ocx/openstack-api/identity/auth';
import { type Authentication, refused, usable } from './authentication.js';

@Injectable()
export class PasswordMethod {
  constructor(
    private readonly users: UsersService,
    private readonly hasher: PasswordHasher,
  ) {}

  /** A user who is unknown, disabled or without password costs the same work and gets the same answer. */
  async authenticate(payload: AuthIdentity['password']): Promise<Authentication> {
    if (!payload) throw new InvalidInput('Expecting to find password in identity.');
    const user = usable(await this.find(payload.user));
    if (!(await this.hasher.matches(payload.user.password, user?.passwordHash)) || !user) throw refused();
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
