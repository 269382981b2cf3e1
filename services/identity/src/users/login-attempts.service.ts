import { Injectable } from '@nestjs/common';
import { SecurityCompliance } from '../settings/security-compliance.js';
import type { User } from './user.js';
import { UserLoginsRepository } from './user-logins.repository.js';

/** Locks accounts that somebody guesses at, and refuses those that nobody used for long. */
@Injectable()
export class LoginAttempts {
  constructor(
    private readonly logins: UserLoginsRepository,
    private readonly compliance: SecurityCompliance,
  ) {}

  /** For nobody it is the same question, and no. */
  async isLocked(user: User | undefined): Promise<boolean> {
    const { lockout } = this.compliance;
    if (!lockout || user?.options.ignore_lockout_failure_attempts === true) return false;
    return this.logins.isLocked(user?.id ?? '', lockout);
  }

  async failed(user: User | undefined): Promise<void> {
    const { lockout } = this.compliance;
    if (lockout) await this.logins.fail(user?.id ?? '', lockout);
  }

  /** False when the account was locked while the proof was checked, or was not used for too long. */
  async admits(user: User): Promise<boolean> {
    const { daysInactive } = this.compliance;
    if (await this.isLocked(user)) return false;
    return daysInactive === undefined || (await this.logins.appear(user.id, daysInactive));
  }

  /** Only a whole login forgets failures: whoever has the password gets no more tries at the passcode. */
  async succeeded(user: User): Promise<void> {
    if (this.compliance.lockout) await this.logins.forgetFailures(user.id);
  }
}
