import { Injectable } from '@nestjs/common';
import { InvalidInput, Unauthenticated } from '@ocx/service-kit/errors';
import type { EntityManager } from 'typeorm';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { SecurityCompliance } from '../settings/security-compliance.js';
import { PasswordCheck } from './password-check.js';
import { PasswordHistoryRepository } from './password-history.repository.js';
import type { PasswordFields, User, UserOptions, UserWithDomain } from './user.js';

const DAY_MS = 24 * 3600 * 1000;

export const NO_PASSWORD: PasswordFields = {
  passwordHash: null,
  passwordCreatedAt: null,
  passwordExpiresAt: null,
  passwordSelfService: false,
};

/** What the operator demands of passwords. Only what a user chooses has to be new and old enough. */
@Injectable()
export class UserPasswords {
  constructor(
    private readonly hasher: PasswordHasher,
    private readonly history: PasswordHistoryRepository,
    private readonly compliance: SecurityCompliance,
    private readonly check: PasswordCheck,
  ) {}

  /** Throws {@link InvalidInput} with the operator's own description. */
  checkStrength(password: string): void {
    const { strength } = this.compliance;
    if (!strength || strength.pattern.test(password)) return;
    throw new InvalidInput(`The password does not match the requirements: ${strength.description}.`);
  }

  /** A password that an administrator sets has to be changed at once, where the operator says so. */
  async make(password: string, options: UserOptions, selfService: boolean): Promise<PasswordFields> {
    const now = new Date();
    return {
      passwordHash: await this.hasher.hash(password),
      passwordCreatedAt: now,
      passwordExpiresAt: this.expiry(now, options, selfService),
      passwordSelfService: selfService,
    };
  }

  private expiry(now: Date, options: UserOptions, selfService: boolean): Date | null {
    const { changeUponFirstUse, expiresDays } = this.compliance;
    if (!selfService && changeUponFirstUse && options.ignore_change_password_upon_first_use !== true) return now;
    if (expiresDays === undefined || options.ignore_password_expiry === true) return null;
    return new Date(now.getTime() + expiresDays * DAY_MS);
  }

  /** The user, who knows the old password and may choose this one now. Throws {@link InvalidInput}. */
  async authorizeChange(
    found: UserWithDomain | undefined,
    original: string,
    password: string,
  ): Promise<UserWithDomain> {
    const user = await this.check.verify(found, original);
    if (!user) throw new Unauthenticated('The request you have made requires authentication.');
    if (user.options.lock_password === true) {
      throw new InvalidInput(
        'You cannot change your password at this time due to password policy disallowing password changes. Please contact your administrator to reset your password.',
      );
    }
    this.checkStrength(password);
    this.checkAge(user);
    await this.checkHistory(user, password);
    return user;
  }

  private checkAge({ passwordCreatedAt, passwordSelfService }: User): void {
    const { minimumAgeDays } = this.compliance;
    if (minimumAgeDays === 0 || !passwordSelfService || passwordCreatedAt === null) return;
    const left = Math.ceil((passwordCreatedAt.getTime() - Date.now()) / DAY_MS + minimumAgeDays);
    if (left <= 0) return;
    throw new InvalidInput(
      `Cannot change password before minimum age ${String(minimumAgeDays)} days is met. ${String(left)} days left.`,
    );
  }

  private async checkHistory({ id, passwordHash }: User, password: string): Promise<void> {
    const { uniqueCount } = this.compliance;
    if (uniqueCount === 0) return;
    for (const hash of [passwordHash, ...(await this.history.newest(id, uniqueCount - 1))]) {
      if (!(await this.hasher.matches(password, hash))) continue;
      throw new InvalidInput(
        `The new password cannot be identical to a previous password. The total number which includes the new password must be unique is ${String(uniqueCount)}.`,
      );
    }
  }

  /** Remembers a password that is replaced, whoever replaces it. */
  async replaced(tx: EntityManager, { id, passwordHash }: User): Promise<void> {
    const keep = this.compliance.uniqueCount - 1;
    if (passwordHash !== null && keep > 0) await this.history.add(tx, id, passwordHash, keep);
  }
}
