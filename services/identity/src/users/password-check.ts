import { Injectable } from '@nestjs/common';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { LoginAttempts } from './login-attempts.service.js';
import type { UserWithDomain } from './user.js';

/** Whether a password is a user's. */
@Injectable()
export class PasswordCheck {
  constructor(
    private readonly hasher: PasswordHasher,
    private readonly attempts: LoginAttempts,
  ) {}

  /** The user, if it is theirs. One who is unknown, disabled, locked or without password costs the same work. */
  async verify(found: UserWithDomain | undefined, password: string): Promise<UserWithDomain | undefined> {
    const user = found?.enabled === true && found.domainEnabled ? found : undefined;
    const locked = await this.attempts.isLocked(user);
    if (await this.hasher.matches(password, locked ? null : user?.passwordHash)) {
      return user && (await this.attempts.admits(user)) ? user : undefined;
    }
    await this.attempts.failed(user);
    return undefined;
  }
}
