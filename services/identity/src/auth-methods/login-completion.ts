import { Injectable } from '@nestjs/common';
import { LoginAttempts } from '../users/login-attempts.service.js';
import { AuthReceipts, MoreMethodsNeeded } from './auth-receipts.js';
import type { Authentication } from './authentication.js';
import { unmetRules } from './multi-factor-rules.js';

/** Whether what was proved is enough for the user's rules. */
@Injectable()
export class LoginCompletion {
  constructor(
    private readonly receipts: AuthReceipts,
    private readonly attempts: LoginAttempts,
  ) {}

  /** The login with what a receipt adds. Throws {@link MoreMethodsNeeded}, with a receipt for what there is. */
  async complete(who: Authentication, receipt: string | undefined): Promise<Authentication> {
    const before = receipt === undefined ? [] : await this.receipts.methodsOf(receipt, who.user.id);
    const methods = [...new Set([...before, ...who.methods])];
    const missing = unmetRules(who.user, methods);
    if (missing.length > 0) throw new MoreMethodsNeeded(await this.receipts.issue(who.user, methods, missing));
    if (methods.includes('password') || methods.includes('totp')) await this.attempts.succeeded(who.user);
    return { ...who, methods };
  }
}
