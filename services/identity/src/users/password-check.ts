import { Injectable } from '@nestjs/common';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { LoginAttempts } from './login-attempts.service.js';
import { UsersRepository } from './users.repository.js';
import type { UserWithDomain } from './user.js';

/** Whether a password is a user's. */
@Injectable()
export class PasswordCheck {
  constructor(
    private readonly hasher: PasswordHasher,
    private readonly attempts: LoginAttempts,
    private readonly users: UsersRepository,
  ) {}

  /** The user, if it is theirs. One who is unknown, disabled, locked or without password costs the same work. */
  async verify(found: UserWithDomain | undefined, password: string): Promise<UserWithDomain | undefined> {
    const user = found?.enabled === true && found.domainEnabled ? found : undefined;
    const locked = await this.attempts.isLocked(user);
    if (await this.hasher.matches(password, locked ? null : user?.passwordHash)) {
      if (!user || !(await this.attempts.admits(user))) return undefined;
      await this.renewHash(user, password);
      return user;
    }
    await this.attempts.failed(user);
    return undefined;
  }

  /** Only now is the password known from which a hash of another cost can be made. */
  private async renewHash({ id, passwordHash }: UserWithDomain, password: string): Promise<void> {
    if (passwordHash === null || this.hasher.isCurrent(passwordHash)) return;
    await this.users.replaceHash(id, passwordHash, await this.hasher.hash(password));
  }
}
